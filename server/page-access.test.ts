import { expect, test } from "vitest";
import { decidePage, isAsset, type PageAccess } from "./page-access.ts";

const nobody = { signedIn: false, hasAccount: true };
const someone = { signedIn: true, hasAccount: true };
const firstRun = { signedIn: false, hasAccount: false };
const show: PageAccess = { type: "show" };
const missing: PageAccess = { type: "missing" };
const to = (path: string): PageAccess => ({ type: "redirect", to: path });

test.each([
  ["first run", firstRun, "/", "", to("/setup")],
  ["first run", firstRun, "/login", "", to("/setup")],
  ["first run", firstRun, "/setup", "", show],
  ["nobody", nobody, "/setup", "", missing],
  ["nobody", nobody, "/login", "?next=%2Fplans", show],
  ["nobody", nobody, "/", "", to("/login")],
  ["nobody", nobody, "/rollouts/1", "?tab=log", to("/login?next=%2Frollouts%2F1%3Ftab%3Dlog")],
  ["nobody", nobody, "/plans", "?_rsc=abc", to("/login?next=%2Fplans")],
  ["first run", firstRun, "/invite", "", to("/setup")],
  ["nobody", nobody, "/invite", "", show],
  ["someone", someone, "/invite", "", show],
  ["someone", someone, "/", "", show],
  ["someone", someone, "/login", "", to("/")],
  ["someone", someone, "/setup", "", missing],
  ["someone", someone, "/_next/image", "?url=/x", missing],
] as const)("%s (%o) asking for %s%s", (_, visitor, pathname, search, expected) => {
  expect(decidePage(pathname, search, visitor)).toEqual(expected);
});

test.each([
  ["/_next/static/chunks/main.js", true],
  ["/icon.svg", true],
  ["/favicon.ico", true],
  ["/_next/image", false],
  ["/_next/static/", false],
  ["/fleets/icon.svg", false],
  ["/", false],
])("%s is for everybody: %s", (pathname, expected) => {
  expect(isAsset(pathname, false)).toBe(expected);
});
