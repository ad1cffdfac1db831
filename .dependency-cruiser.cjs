/**
 * The import law: who may import whom (docs/architecture.md has it in prose). `forbidden` holds for every import,
 * `forbiddenForValues` only for imports that exist at run time: `import type` is free of those.
 * Read by scripts/check-imports.mjs, which also proves on scripts/fixtures/import-law that each rule still bites.
 */

const ours = "^(app|components|hooks|domain|db|server|cli|e2e|scripts|bench|simulate|replay|examples)/";
const tests = "\\.test\\.tsx?$|(^|/)contract\\.ts$|^server/testing/|^db/testing";
const adapters = "^server/(drivers|balancers|metrics)/([a-z-]+)/";
const composition = "^server/(compose|main|http)\\.ts$";

/** `from` may import nothing of ours but `allowed`. */
function only(name, comment, from, allowed, fromNot = tests) {
  return { name, comment, severity: "error", from: { path: from, pathNot: fromNot }, to: { path: ours, pathNot: allowed } };
}

/** `from` may not import `to`. */
function never(name, comment, from, to, fromNot = tests) {
  return { name, comment, severity: "error", from: { path: from, pathNot: fromNot }, to: { path: to } };
}

const forbidden = [
  only("domain-stands-alone", "domain/ is true without a machine: it imports domain/ and zod.", "^domain/", ["^domain/"], "^$"),
  {
    name: "domain-packages",
    comment: "domain/ runs in the browser and under virtual time: no package but zod, nothing of Node.",
    severity: "error",
    from: { path: "^domain/", pathNot: tests },
    to: { dependencyTypesNot: ["local", "aliased"], pathNot: "(^|/)node_modules/zod/" },
  },
  only("ui-stands-alone", "components/ui imports packages and itself.", "^components/ui/", ["^components/ui/"]),
  only(
    "charts",
    "components/charts imports packages, itself, domain/, and how ui loads a part later.",
    "^components/charts/",
    ["^components/charts/", "^domain/", "^components/ui/until-loaded\\.ts$"],
    [tests, "^components/charts/traffic-charts\\.tsx$"],
  ),
  only(
    "charts-with-data",
    "One chart brings its own data, for the fleet's page and the rollout's: it may read hooks, never ui or the product's parts.",
    "^components/charts/traffic-charts\\.tsx$",
    ["^components/charts/", "^hooks/", "^domain/"],
  ),
  only(
    "components",
    "A part of the screen imports ui, charts, instance, hooks, domain and its own folder.",
    "^components/([a-z-]+)/",
    ["^components/(ui|charts|instance)/", "^components/$1/", "^hooks/", "^domain/"],
    [tests, "^components/(ui|charts)/"],
  ),
  {
    name: "recharts-only-in-charts",
    comment: "Recharts is wrapped in components/charts.",
    severity: "error",
    from: { path: ours, pathNot: "^components/charts/" },
    to: { path: "(^|/)node_modules/recharts/" },
  },
  {
    name: "socket-only-in-one-hook",
    comment: "The browser holds one connection: hooks/socket.ts.",
    severity: "error",
    from: { path: "^(app|components|hooks|domain)/", pathNot: "^hooks/socket\\.tsx?$" },
    to: { path: "(^|/)node_modules/socket\\.io-client/" },
  },
  only("hooks", "hooks/ imports hooks, domain and the type AppRouter.", "^hooks/", ["^hooks/", "^domain/", "^server/trpc/router\\.ts$"]),
  only("app", "app/ composes components: it imports components, hooks and domain.", "^app/", ["^app/", "^components/", "^hooks/", "^domain/"]),
  never(
    "browser-packages",
    "The browser's side loads nothing of the server.",
    "^(app|components|hooks)/",
    "(^|/)node_modules/(@trpc/server|pg|drizzle-orm|pino|socket\\.io|undici|better-auth/dist/(adapters|index)|esbuild)/",
  ),
  only("simulate", "simulate/ plays what domain/ decides: it imports domain/ and itself.", "^simulate/", ["^simulate/", "^domain/"]),
  only("replay", "replay/ prints what domain/ computes: it imports domain/ and itself.", "^replay/", ["^replay/", "^domain/"]),
  never("db", "db/ imports db/ and domain/.", "^db/", "^(app|components|hooks|server|cli|e2e|scripts|bench|simulate|replay|examples)/"),
  only("adapters", "An adapter imports its port, domain, server/io, the log and, where the runtime serves it, the runtime's protocol.", adapters, [
    "^domain/",
    "^server/io/",
    "^server/log\\.ts$",
    "^server/runtime/protocol\\.ts$",
    "^server/$1/[a-z-]+\\.ts$",
    "^server/$1/$2/",
    "^server/drivers/driver\\.ts$",
  ]),
  never("adapters-without-database", "An adapter knows no database.", adapters, "(^|/)node_modules/(pg|drizzle-orm)/"),
  only("runtime", "The local runtime is a process of its own: it imports domain, server/io, the log and itself.", "^server/runtime/", [
    "^server/runtime/",
    "^domain/",
    "^server/io/",
    "^server/log\\.ts$",
  ]),
  only("server-hooks", "The hooks' runner knows no engine: it imports domain, server/io, the log and itself; ports as types.", "^server/hooks/", [
    "^server/hooks/",
    "^domain/",
    "^server/io/",
    "^server/log\\.ts$",
  ]),
  never("server-hooks-without-database", "The hooks' runner knows no database.", "^server/hooks/", "(^|/)node_modules/(pg|drizzle-orm)/"),
  only(
    "notifications",
    "Who delivers notifications knows no engine: it imports domain, db, server/io, the log and itself.",
    "^server/notifications/",
    ["^server/notifications/", "^domain/", "^db/", "^server/io/", "^server/log\\.ts$"],
  ),
  only("io", "server/io speaks to other processes; it imports domain, the log and the runtime's protocol.", "^server/io/", [
    "^server/io/",
    "^domain/",
    "^server/log\\.ts$",
    "^server/runtime/protocol\\.ts$",
  ]),
  never("catalog-and-auth-know-no-transport", "Verbs know no transport.", "^server/(catalog|auth|engine)/", "^server/(trpc|rest|realtime)/"),
  never("transports-keep-apart", "A transport does not import another.", "^server/trpc/", "^server/(rest|realtime)/"),
  never("transports-keep-apart-rest", "A transport does not import another.", "^server/rest/", "^server/(trpc|realtime)/"),
  never("transports-keep-apart-realtime", "A transport does not import another.", "^server/realtime/", "^server/(trpc|rest)/"),
  never("server-without-browser", "The server loads nothing of the browser's side.", "^(server|db|cli)/", "^(app|components|hooks)/"),
  never("cli-is-a-client", "cli/ is a client of the API.", "^cli/", "^(server|db|app|components|hooks)/"),
  never("nobody-imports-the-composition", "compose, main and http import; they are not imported.", ours, composition, [
    tests,
    composition,
    "^(e2e|scripts|bench)/",
  ]),
  never(
    "product-without-tooling",
    "No product code imports journeys, scripts, benchmarks, examples or test support.",
    "^(app|components|hooks|domain|db|server|cli)/",
    "^(e2e|scripts|bench|simulate|replay|examples|server/testing)/|^db/testing",
  ),
  {
    name: "no-barrels",
    comment: "Import the file that holds it.",
    severity: "error",
    from: {},
    to: { path: "(^|/)index\\.tsx?$", pathNot: "node_modules" },
  },
  { name: "resolvable", comment: "Every import resolves.", severity: "error", from: {}, to: { couldNotResolve: true } },
];

const forbiddenForValues = [
  never("only-the-type-of-the-router", "hooks/ knows the server by type only.", "^hooks/", "^server/"),
  only("engine", "The engine's runner imports domain, db, auth, hooks and the log; ports and context as types.", "^server/engine/", [
    "^server/engine/",
    "^domain/",
    "^db/",
    "^server/(auth|hooks)/",
    "^server/log\\.ts$",
  ]),
  only("catalog-and-auth", "The catalogue and accounts import db, domain and server/io; the rest as types.", "^server/(catalog|auth)/", [
    "^server/(catalog|auth|io)/",
    "^domain/",
    "^db/",
    "^server/log\\.ts$",
  ]),
  only("telemetry", "What the server tells about itself: it reads queries and domain; engine and services it knows as types.", "^server/telemetry/", [
    "^server/telemetry/",
    "^domain/",
    "^db/queries/",
  ]),
  only("transports", "A transport translates: it imports verbs, queries, the feed and domain.", "^server/(trpc|rest|realtime)/", [
    "^server/$1/",
    "^server/engine/(commands|check)\\.ts$",
    "^server/(catalog|auth)/",
    "^db/(queries/|feed\\.ts$)",
    "^domain/",
    "^server/log\\.ts$",
  ]),
  {
    name: "no-cycles",
    comment: "Two files that need each other are one file, or three.",
    severity: "error",
    from: {},
    to: { circular: true },
  },
  {
    name: "no-dev-dependency-shipped",
    comment: "Shipped code imports no development dependency.",
    severity: "error",
    from: { path: "^(app|components|hooks|domain|db|server|cli|examples)/", pathNot: tests },
    to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["npm", "npm-optional"] },
  },
];

module.exports = { forbidden, forbiddenForValues };
