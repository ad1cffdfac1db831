import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The packages and files that a page loads before anything is asked for: all but what stands behind an `import()`. */
async function firstLoad(...entries: readonly string[]): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    stdin: { contents: entries.map((entry) => `export * from "./${entry}";`).join("\n"), resolveDir: root },
    external: ["react", "react-dom", "react/jsx-runtime", "next/*", "*.css"],
    bundle: true,
    splitting: true,
    format: "esm",
    jsx: "automatic",
    metafile: true,
    write: false,
    outdir: "unwritten",
    logLevel: "error",
  });
  return inputsOf(metafile);
}

function inputsOf({ outputs }: Metafile): string[] {
  const [entry] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint?.includes("stdin")) ?? [];
  const files = new Set([entry ?? ""]);
  for (const file of files)
    for (const { path, kind, external } of outputs[file]?.imports ?? []) if (kind === "import-statement" && !external) files.add(path);
  return [...files].flatMap((file) =>
    Object.entries(outputs[file]?.inputs ?? {}).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])),
  );
}

test("the pages before the console load nothing of the console", async () => {
  const loaded = await firstLoad(
    "hooks/appearance.tsx",
    "components/layout/auth-frame.tsx",
    "components/layout/login-form.tsx",
    "components/layout/setup-form.tsx",
    "components/layout/invite-form.tsx",
    "app/error.tsx",
    "app/not-found.tsx",
  );
  expect(loaded).toContain("components/layout/login-form.tsx");
  expect(loaded.filter((input) => /@base-ui|@trpc|@tanstack|\/zod\/|superjson|socket\.io|tailwind-merge|react-hook-form/.test(input))).toEqual([]);
});

test("a rollout's page loads no schemas, charts, lists or dialogs before it shows what happens", async () => {
  const loaded = await firstLoad("components/layout/providers.tsx", "components/layout/shell.tsx", "components/rollout/rollout-page.tsx");
  expect(loaded).toContain("components/rollout/decision-banner.tsx");
  // Of Base UI only what tells the others the page's nonce.
  const heavy = loaded.filter((input) => /@base-ui|@floating-ui|\/zod\/|recharts|react-virtual|react-hook-form/.test(input));
  expect(heavy.filter((input) => !/csp-provider|csp-context/.test(input))).toEqual([]);
});
