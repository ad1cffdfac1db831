import { fileURLToPath } from "node:url";
import { expect, type Page } from "@playwright/test";
import { expectAccessible } from "./support/axe.ts";
import { quickTimes, savePlan } from "./support/client.ts";
import { signIn, test } from "./support/fixtures.ts";

const neverReady = fileURLToPath(new URL("../examples/scenarios/never-ready.yaml", import.meta.url));
const hostLost = `
fleet: { instances: 6, zones: [a, b, c] }
timeline:
  - { atMs: 0, do: start, release: v2 }
  - { when: { batch: 1, is: soaking }, do: hostLost, zone: c }
`;

/** As a person drags a file from another window. */
async function drop(page: Page, name: string, text: string) {
  const files = await page.evaluateHandle(
    ([fileName, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], fileName));
      return transfer;
    },
    [name, text] as const,
  );
  await page.getByRole("region", { name: "Preview", exact: true }).dispatchEvent("drop", { dataTransfer: files });
}

test("a plan is tried in scenarios: from a file, dropped and pasted, and the preview comes back", async ({ page, console, client }) => {
  const planId = await savePlan(client, "quick", { ...quickTimes, batches: [1, "50%"], healthyDeadline: "20s" });
  await signIn(page, console, `/plans/${planId}`);
  const whatIf = page.getByRole("region", { name: "What if", exact: true });
  const outcome = whatIf.getByRole("list", { name: "Outcome" });
  const events = whatIf.getByRole("region", { name: "Events of the scenario" });
  const dialog = page.getByRole("dialog", { name: "What if…" });

  await page.getByRole("button", { name: "What if…" }).click();
  const chooser = page.waitForEvent("filechooser");
  await dialog.getByRole("button", { name: "Choose file…" }).click();
  await (await chooser).setFiles(neverReady);
  await expect(whatIf).toContainText("never-ready.yaml");
  await expect(whatIf).toContainText("6 instances on v1, no traffic. Your plan stands in place of its plan");
  await expect(outcome).toContainText("Rolled back");
  await expect(events).toContainText("All of batch 1 failed");
  await expectAccessible(page);

  // The plan that is written now is the one that is played; nothing of it is saved.
  await page.getByRole("combobox", { name: "On failure" }).click();
  await page.getByRole("option", { name: "Pause for a person" }).click();
  await expect(outcome).toContainText("Paused");
  await page.getByRole("textbox", { name: "Retries" }).fill("many");
  await expect(whatIf).toContainText("Below is the last plan that works");
  await page.getByRole("textbox", { name: "Retries" }).fill("0");
  await expect(whatIf).not.toContainText("Below is the last plan that works");

  await whatIf.getByRole("button", { name: "Edit" }).click();
  await dialog.getByRole("textbox", { name: "never-ready.yaml" }).fill(hostLost.replace("zone: c", "zone: z"));
  await dialog.getByRole("button", { name: "Play scenario" }).click();
  await expect(dialog.getByRole("alert")).toContainText("timeline.1.zone");
  await expect(dialog.getByRole("alert")).toContainText("There is no zone z: the zones are a, b, c.");
  await expectAccessible(page);
  await dialog.getByRole("textbox", { name: "never-ready.yaml" }).fill(hostLost);
  await dialog.getByRole("button", { name: "Play scenario" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(outcome).toContainText("Succeeded");
  await expect(events).toContainText("Zone c is lost");

  await whatIf.getByRole("button", { name: "Close the scenario" }).click();
  await expect(whatIf).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Preview", exact: true })).toContainText("When nothing goes wrong.");

  await drop(page, "typed-wrong.yaml", "fleet: { instances: many }");
  await expect(dialog.getByRole("alert")).toContainText("typed-wrong.yaml: This is not a scenario.");
  await expect(dialog.getByRole("alert")).toContainText("fleet.instances");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await drop(page, "lost.yaml", hostLost);
  await expect(whatIf).toContainText("lost.yaml");
  await expect(outcome).toContainText("Succeeded");
});
