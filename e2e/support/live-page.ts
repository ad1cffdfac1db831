import { expect, type Page } from "@playwright/test";
import type { Console } from "./console.ts";
import { signIn } from "./fixtures.ts";

/** The page of one rollout, its parts found as a person finds them. */
export async function openRollout(page: Page, console: Console, rolloutId: string) {
  await signIn(page, console, `/rollouts/${rolloutId}`);
  const now = page.getByRole("region", { name: "What happens now" });
  await expect(now).toBeVisible();
  return {
    /** What it does and why it does not do more. */
    now,
    commands: page.getByRole("region", { name: "Commands" }),
    events: page.getByRole("log", { name: "Events of this rollout" }),
    dialog: page.getByRole("alertdialog"),
    connection: page.locator("[data-connection]"),
  };
}
