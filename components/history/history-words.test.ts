import { expect, test } from "vitest";
import { againstPrediction } from "./history-words.ts";

test.each([
  [60_000, 60_000, "as the 1 min predicted"],
  [66_000, 60_000, "as the 1 min predicted"],
  [90_000, 60_000, "1.5× the 1 min predicted"],
  [30_000, 60_000, "0.5× the 1 min predicted"],
  [1_200_000, 60_000, "20× the 1 min predicted"],
  [60_000, null, null],
])("%i ms where %s were predicted reads %s", (took, predicted, text) => {
  expect(againstPrediction(took, predicted)).toBe(text);
});
