import { expect, test } from "vitest";
import { parseAppearance } from "./appearance-cookies.ts";

test("what is unknown is as if it had not been chosen", () => {
  const cookies = new Map([
    ["tideline-theme", "dark"],
    ["tideline-palette", "loud"],
  ]);
  expect(parseAppearance((name) => cookies.get(name))).toEqual({ theme: "dark", density: "comfortable", palette: "standard" });
});
