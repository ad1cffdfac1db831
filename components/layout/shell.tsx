"use client";

import dynamic from "next/dynamic";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import { ErrorState } from "#components/ui/error-state.tsx";
import { LaterMenu } from "#components/ui/later-menu.tsx";
import { BreadcrumbProvider, BreadcrumbSlot } from "#components/ui/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { untilLoaded } from "#components/ui/until-loaded.ts";
import { paths } from "#domain/paths.ts";
import { failureOf } from "#hooks/failure.ts";
import { SessionGuard } from "#hooks/session.tsx";
import { useListsKeptCurrent } from "#hooks/use-fleets.ts";
import { useSettled } from "#hooks/use-settled.ts";
import { AlertsButton } from "./alerts-button.tsx";
import { Brand } from "./brand.tsx";
import { EnvironmentMenu } from "./environment-menu.tsx";
import { HeldNotice } from "./held-notice.tsx";
import { LiveIndicator } from "./live-indicator.tsx";
import { ThemeButton, UserButton } from "./menu-buttons.tsx";
import { Navigation } from "./navigation.tsx";
import { PaletteButton } from "./palette-button.tsx";
import { RolloutStrip } from "./rollout-strip.tsx";
import { Shortcuts } from "./shortcuts.tsx";

/** Loaded when it is opened for the first time. */
const CommandPalette = dynamic(
  untilLoaded(() => import("./command-palette.tsx").then((module) => module.CommandPalette)),
  { ssr: false },
);

const loadThemeMenu = untilLoaded(() => import("./theme-menu.tsx").then((module) => module.ThemeMenu));
const loadAlertsMenu = untilLoaded(() => import("./alerts-menu.tsx").then((module) => module.AlertsMenu));
const loadUserMenu = untilLoaded(() => import("./user-menu.tsx").then((module) => module.UserMenu));
/** Later than what the page is about. */
const menusAfterMs = 2_000;

/** What stands round every page of the console. Nothing of it is shown before the session is known. */
export function Shell({ children }: { children: ReactNode }) {
  return (
    <SessionGuard waiting={(error, retry) => <Waiting error={error} retry={retry} />}>
      <BreadcrumbProvider>
        <Frame>{children}</Frame>
      </BreadcrumbProvider>
    </SessionGuard>
  );
}

function Frame({ children }: { children: ReactNode }) {
  useListsKeptCurrent();
  const settled = useSettled(menusAfterMs);
  const [paletteOpen, setPaletteOpen] = useState<boolean | null>(null);
  const [listed, setListed] = useState<boolean | null>(null);
  return (
    <>
      <a
        href="#content"
        className="sr-only rounded-md border border-line bg-raised text-sm shadow-pop focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-60 focus:px-3 focus:py-2"
      >
        Skip to content
      </a>
      <header className="sticky top-0 z-30 flex h-12 items-center gap-1.5 border-line border-b bg-surface px-3 sm:gap-3 sm:px-4">
        <Link href={paths.home()} className="touch-target flex min-h-8 items-center rounded-sm" aria-label="Tideline, fleets">
          <Brand isShort />
        </Link>
        <EnvironmentMenu settled={settled} />
        <span aria-hidden className="h-5 w-px bg-line max-sm:hidden" />
        <BreadcrumbSlot className="min-w-0 flex-1" />
        <PaletteButton onOpen={() => setPaletteOpen(true)} />
        <LiveIndicator />
        <div className="flex items-center">
          <LaterMenu load={loadAlertsMenu} trigger={<AlertsButton />} settled={settled} />
          {/* On a phone it is in the settings. */}
          <div className="max-sm:hidden">
            <LaterMenu load={loadThemeMenu} trigger={<ThemeButton />} settled={settled} />
          </div>
          <LaterMenu load={loadUserMenu} trigger={<UserButton />} settled={settled} />
        </div>
      </header>
      <div className="flex min-h-[calc(100dvh-3rem)] pb-14 sm:pb-0">
        <Navigation />
        <div className="flex min-w-0 flex-1 flex-col">
          <HeldNotice />
          <RolloutStrip />
          <main id="content" tabIndex={-1} className="min-w-0 flex-1">
            {children}
          </main>
        </div>
      </div>
      <Shortcuts listed={listed} onListed={setListed} onPalette={() => setPaletteOpen(true)} />
      {paletteOpen === null ? null : <CommandPalette open={paletteOpen} onOpenChange={setPaletteOpen} />}
    </>
  );
}

/** The frame in its final size while the session is asked for, and what to do when nobody answers. */
function Waiting({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <>
      <div className="flex h-12 items-center border-line border-b bg-surface px-3 sm:px-4">
        <Brand isShort />
      </div>
      <main className="flex">
        <div aria-hidden className="h-[calc(100dvh-3rem)] border-line bg-surface max-sm:hidden sm:w-14 sm:border-r lg:w-48" />
        <div className="mx-auto w-full max-w-7xl flex-1 px-4 py-5 sm:px-6">
          {error ? (
            <ErrorState title="Your session could not be read." failure={failureOf(error)} onRetry={retry} />
          ) : (
            <div role="status">
              <span className="sr-only">Loading…</span>
              <Skeleton className="h-6 w-40" />
            </div>
          )}
        </div>
      </main>
    </>
  );
}
