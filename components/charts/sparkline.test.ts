import { expect, test } from "vitest";
import { toPath } from "./sparkline.tsx";

test("nothing measured draws nothing", () => expect(toPath([null, null], 1)).toBeNull());

test("the highest value reaches the top, zero the bottom", () => expect(toPath([0, 4], 0)).toBe("M2 18L94 2"));

test("the given top keeps small noise flat", () => expect(toPath([0, 1], 16)).toBe("M2 18L94 17"));

test("a gap stays a gap, and a lone value is a dot", () => expect(toPath([0, 2, null, 2, null], 0)).toBe("M2 18L25 2M71 2h0.01"));

test("only zeros lie at the bottom", () => expect(toPath([0, 0, 0], 0)).toBe("M2 18L48 18L94 18"));
