import { describe, expect, test } from "vitest";
import { parseServers, requireVersion } from "./answers.ts";

const columns = "# pxname,svname,scur,slim,status,uweight,econ,eresp,wretr,wredis,hrsp_2xx,hrsp_4xx,hrsp_5xx,mode,";
const parse = (...rows: string[]) => [...parseServers([columns, ...rows, ""].join("\n"), "shop").values()];

describe("what HAProxy tells of its servers", () => {
  test.each([
    ["no check", "0", "in"],
    ["UP", "3", "in"],
    ["UP 1/3", "0", "in"],
    ["DRAIN", "0", "draining"],
    ["DRAIN", "2", "draining"],
    ["MAINT", "0", "out"],
    ["MAINT", "1", "draining"],
    ["DOWN", "0", "out"],
  ])("status %s with %s in flight is %s", (status, inFlight, state) => {
    expect(parse(`shop,a,${inFlight},,${status},1,0,0,0,0,0,0,0,http,`)).toMatchObject([{ name: "a", state, inFlight: Number(inFlight) }]);
  });

  test("every attempt counts, and those that failed without an answer of 5xx as well", () => {
    expect(parse("shop,a,0,,UP,1,1,2,3,4,100,20,5,http,")).toMatchObject([{ requests: 135, failed: 15 }]);
  });

  test("a drain's end is told from a limit that somebody has set", () => {
    const deadlines = parse(
      "shop,a,0,,DRAIN,1,0,0,0,0,0,0,0,http,",
      "shop,b,0,200,UP,1,0,0,0,0,0,0,0,http,",
      "shop,c,0,1795799605,DRAIN,1,0,0,0,0,0,0,0,http,",
    );
    expect(deadlines.map(({ deadline }) => deadline)).toEqual([null, null, 1_795_799_605]);
  });

  test.each([
    ["No such proxy.\n", "no backend shop"],
    ["Permission denied\n", "level admin"],
    ["HTTP/1.1 400 Bad Request\n", "not HAProxy's runtime API: HTTP/1.1 400"],
    ["", "not HAProxy's runtime API."],
  ])("%j is no list of servers", (text, words) => {
    expect(() => parseServers(text, "shop")).toThrow(words);
  });

  test.each([
    ["2.4.22-f8e3218", "cannot take servers in"],
    ["1.9.0", "cannot take servers in"],
  ])("version %s is too old", (version, words) => {
    expect(() => requireVersion(`Name: HAProxy\nVersion: ${version}\n`)).toThrow(words);
  });

  test.each(["2.6.12-1+deb12u3", "2.10.1", "3.0.5"])("version %s is new enough", (version) => {
    expect(requireVersion(`Name: HAProxy\nVersion: ${version}\n`)).toBe(version);
  });
});
