import { describe, expect, test } from "vitest";
import type { MadeContainer } from "#domain/made-container.ts";
import { adoptInto, chooseIn, compareContainers, findUnchosen, toAdopted } from "./adoption.ts";
import { adoptionOf, type ConnectDraft, emptyConnect } from "./connect-draft.ts";
import { emptyImage } from "./image-draft.ts";

const url = "unix:///var/run/docker.sock";
const image = `registry.internal/shop:1.0@sha256:${"a".repeat(64)}`;
const settings: MadeContainer["settings"] = {
  ...{ entrypoint: null, command: ["serve", "a b"], user: "web", memoryBytes: 2 ** 27, cpus: 0.5, privileged: false, hostNetwork: false },
  ...{ mounts: [{ type: "volume", volume: "cache", path: "/cache", readOnly: true }], restart: "always", stopTimeout: "3s" },
};

function container(number: number, change: Partial<MadeContainer> = {}): MadeContainer {
  return {
    id: String(number).repeat(64),
    name: `web-${number}`,
    image,
    ports: [8_080],
    published: [],
    networks: [null],
    settings,
    env: [{ key: "LEVEL", value: "debug" }],
    notCarried: [],
    ...change,
  };
}
const pair = (first: Partial<MadeContainer>, second: Partial<MadeContainer>) => [container(1, first), container(2, second)];
const typed: ConnectDraft = {
  ...emptyConnect,
  release: { kind: "container", fields: { ...emptyImage, name: "1.0", image: "something", user: "root", registryUser: "ci" } },
};
const imageOf = ({ release }: ConnectDraft) => (release.kind === "container" ? release.fields : emptyImage);

test("containers that are all the same fill the form in, and what was typed of the release's name and registry stays", () => {
  const draft = adoptInto(typed, pair({}, {}));
  expect(imageOf(draft)).toEqual({
    ...emptyImage,
    ...{ name: "1.0", registryUser: "ci", image, port: "8080", commandLine: "serve 'a b'", user: "web", memory: "128", cpus: "0.5" },
    ...{ mounts: "cache:/cache:ro", restart: "always", stopTimeout: "3s" },
    env: [{ row: 0, key: "LEVEL", value: "debug", isSecret: false }],
  });
  expect(draft.fleet.instances).toBe("2");
  expect(draft.engine).toMatchObject({ reach: "address", network: "" });
  expect(findUnchosen(adoptionOf(draft) as never, url)).toBeNull();
});

describe("where containers differ", () => {
  test.each<[what: string, containers: MadeContainer[], choices: string[][]]>([
    [
      "Port",
      pair({ ports: [80, 443] }, { ports: [80] }),
      [
        ["80", "web-1", "web-2"],
        ["443", "web-1"],
      ],
    ],
    [
      "Network",
      pair({ networks: ["a"] }, { networks: [null] }),
      [
        ["a", "web-1"],
        ["the default one", "web-2"],
      ],
    ],
    [
      "Network",
      pair({ networks: ["a", "b", "c"] }, { networks: ["b", "a"] }),
      [
        ["a", "web-1", "web-2"],
        ["b", "web-1", "web-2"],
      ],
    ],
    [
      "Published at",
      pair({ published: [{ port: 8_080, bind: "0.0.0.0" }] }, { published: [{ port: 8_080, bind: "10.0.0.7" }] }),
      [
        ["0.0.0.0", "web-1"],
        ["10.0.0.7", "web-2"],
      ],
    ],
    [
      "Command",
      pair({}, { settings: { ...settings, command: null } }),
      [
        ["serve 'a b'", "web-1"],
        ["(nothing)", "web-2"],
      ],
    ],
    [
      "Memory, MiB",
      pair({}, { settings: { ...settings, memoryBytes: 2 ** 28 } }),
      [
        ["128", "web-1"],
        ["256", "web-2"],
      ],
    ],
    [
      "Privileged",
      pair({}, { settings: { ...settings, privileged: true } }),
      [
        ["no", "web-1"],
        ["yes", "web-2"],
      ],
    ],
    [
      "Variable LEVEL",
      pair({}, { env: [{ key: "LEVEL", value: "info" }] }),
      [
        ["debug", "web-1"],
        ["info", "web-2"],
      ],
    ],
    [
      "Variable LEVEL",
      pair({}, { env: [] }),
      [
        ["debug", "web-1"],
        ["(not set)", "web-2"],
      ],
    ],
    [
      "Variable LEVEL",
      pair({}, { env: [{ key: "LEVEL", value: "" }] }),
      [
        ["debug", "web-1"],
        ["(empty)", "web-2"],
      ],
    ],
  ])("it has to be chosen: %s", (what, containers, choices) => {
    const { differences } = compareContainers(containers, url);
    expect(differences.map((each) => each.what)).toEqual([what]);
    expect(differences[0]?.choices.map(({ words, names }) => [words, ...names])).toEqual(choices);
    const draft = adoptInto(typed, containers);
    expect(findUnchosen(adoptionOf(draft) as never, url)).toBe(what);
  });

  test("what is chosen is filled in, and may be chosen again", () => {
    const containers = pair({}, { env: [] });
    const [difference] = compareContainers(containers, url).differences;
    if (!difference) throw new Error("They do not differ.");
    const draft = adoptInto(typed, containers);
    expect(imageOf(draft).env).toEqual([]);
    const chosen = chooseIn(draft, difference, "debug");
    expect(imageOf(chosen).env).toEqual([{ row: 0, key: "LEVEL", value: "debug", isSecret: false }]);
    expect(findUnchosen(adoptionOf(chosen) as never, url)).toBeNull();
    expect(imageOf(chooseIn(chosen, difference, "(not set)")).env).toEqual([]);
  });

  test("what only some publish is not how they are reached", () => {
    const draft = adoptInto(typed, pair({ published: [{ port: 8_080, bind: "0.0.0.0" }] }, {}));
    expect(draft.engine.reach).toBe("address");
  });
});

test.each([
  [url, "0.0.0.0", { bind: "0.0.0.0", host: "127.0.0.1" }],
  ["ssh://deploy@engine.internal", "::", { bind: "::", host: "engine.internal" }],
  ["ssh://deploy@engine.internal", "10.0.0.7", { bind: "10.0.0.7", host: "" }],
])("at %s ports published at %s are called there", (engineUrl, bind, engine) => {
  const published = [{ port: 8_080, bind }];
  const draft = adoptInto({ ...typed, engine: { ...typed.engine, url: engineUrl } }, pair({ published }, { published }));
  expect(draft.engine).toMatchObject({ reach: "published", ...engine });
});

test("of a secret it has to be said where it is, also where only one container hides it", () => {
  const containers = pair({ env: [{ key: "URL", value: null }] }, { env: [{ key: "URL", value: "http://db/" }] });
  expect(compareContainers(containers, url)).toMatchObject({ differences: [], secrets: ["URL"] });
  expect(imageOf(adoptInto(typed, containers)).env).toEqual([{ row: 0, key: "URL", value: "", isSecret: true }]);
});

test("what cannot be carried over is said once, with who has it", () => {
  const containers = pair({ notCarried: ["Links: db", "Labels: a"] }, { notCarried: ["Labels: a"] });
  expect(compareContainers(containers, url).notCarried).toEqual([
    { note: "Links: db", names: ["web-1"] },
    { note: "Labels: a", names: ["web-1", "web-2"] },
  ]);
});

test("each container is an instance, at the form's port or, where they differ, at its own", () => {
  const adopted = (containers: MadeContainer[]) => toAdopted({ containers, chosen: {} }, 9_000).map(({ instance, port }) => [instance, port]);
  expect(adopted(pair({}, {}))).toEqual([
    ["i0", 9_000],
    ["i1", 9_000],
  ]);
  expect(adopted(pair({ ports: [81] }, { ports: [82] }))).toEqual([
    ["i0", 81],
    ["i1", 82],
  ]);
  expect(adopted(pair({ ports: [81] }, { ports: [] }))).toEqual([
    ["i0", 81],
    ["i1", 9_000],
  ]);
});

test("processes adopt nothing, and what was selected is there when it is containers again", () => {
  const draft = adoptInto(typed, pair({}, {}));
  expect(adoptionOf({ ...draft, release: { kind: "process", fields: { name: "", commandLine: "", directory: "", env: [] } } })).toBeNull();
  expect(adoptionOf(draft)?.containers).toHaveLength(2);
});
