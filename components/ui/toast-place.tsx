"use client";

import dynamic from "next/dynamic";
import { useSyncExternalStore } from "react";
import { isPlaceAsked, subscribePlace } from "./toast.ts";
import { untilLoaded } from "./until-loaded.ts";

const Toasts = dynamic(
  untilLoaded(() => import("./toasts.tsx").then((module) => module.Toasts)),
  { ssr: false },
);

/** The place for toasts, loaded for the first of them. */
export function ToastPlace() {
  const asked = useSyncExternalStore(subscribePlace, isPlaceAsked, () => false);
  return asked ? <Toasts /> : null;
}
