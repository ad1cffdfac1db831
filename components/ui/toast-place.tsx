"use client";

import dynamic from "next/dynamic";
import { useSyncExternalStore } from "react";
import { isPlaceAsked, subscribePlace } from "./toast.ts";

const Toasts = dynamic(() => import("./toasts.tsx").then((module) => module.Toasts), { ssr: false });

/** The place for toasts, loaded for the first of them. */
export function ToastPlace() {
  const asked = useSyncExternalStore(subscribePlace, isPlaceAsked, () => false);
  return asked ? <Toasts /> : null;
}
