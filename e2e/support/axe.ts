import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/**
 * They pass focus on at once and never hold it, which the W3C's rule 6cfa84 lets pass (its example 4, a "focus sentinel");
 * axe does not know them yet (dequelabs/axe-core#4832).
 */
export const focusGuards = "[data-base-ui-focus-guard]";

/** No serious or critical violation, in either theme. Names each with the element it stands on. Only colours differ by theme. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // Half way between two themes a colour has no contrast to speak of.
    await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== "running"));
    // No page has a frame, so all can be asked in the page itself; what is right need not be described. Both make it thrice as fast.
    const axe = new AxeBuilder({ page })
      .options({ resultTypes: ["violations"] })
      .setLegacyMode(true)
      .exclude(focusGuards);
    const { violations } = await (colorScheme === "light" ? axe : axe.withRules(["color-contrast", "link-in-text-block"])).analyze();
    const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    const lines = grave.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${target.join(" ")}: ${failureSummary}`));
    expect(lines, `axe, ${colorScheme}, ${new URL(page.url()).pathname}`).toEqual([]);
  }
}
