import { expect, test } from "vitest";
import { createDevices } from "./device.ts";

const devices = createDevices({ secret: "s".repeat(40), secure: false });
const remembered = (email: string) => devices.remember(email).split(";")[0] ?? "";

test("a browser is known to the account that was signed in to there, and to no other", () => {
  const cookie = remembered("ada@example.org");
  expect(devices.find(`theme=dark; ${cookie}`, "ada@example.org")).toEqual(expect.any(String));
  expect(devices.find(cookie, "eve@example.org")).toBeNull();
});

test.each([null, "", "tideline.device=", "tideline.device=abc", "tideline.device=abc.def", `x${remembered("ada@example.org")}`])(
  "%j is no browser we know",
  (header) => {
    expect(devices.find(header, "ada@example.org")).toBeNull();
  },
);

test("nobody signs one without the secret", () => {
  const forged = createDevices({ secret: "t".repeat(40), secure: false }).remember("ada@example.org");
  expect(devices.find(forged.split(";")[0] ?? "", "ada@example.org")).toBeNull();
});

test("under https it is bound to this host and to https", () => {
  expect(createDevices({ secret: "s", secure: true }).remember("a@b.c")).toMatch(/^__Host-tideline\.device=.*Path=\/.*HttpOnly.*Secure$/);
});
