import { posix } from "node:path";

const folders = "app|components|hooks|domain|db|server|cli|e2e|bench|simulate|replay|examples|docs|scripts|\\.ci";
const pathInBackticks = new RegExp(`\`((?:${folders})/[\\w./\\-()\\[\\]*]*)\``, "g");
const linkPattern = /!?\[[^\]]*\]\(([^)\s]+)\)/g;
const commandPattern = /\bnpm run ([\w:-]+)/g;

/**
 * What a page says exists must exist: files it names, pages it links to (with their headings), commands it shows.
 * `exists(path)` answers for files and folders below the root, `textOf(path)` gives a page's text, `commands` are package.json's.
 */
export function brokenReferences(path, text, { exists, textOf, commands }) {
  const named = matches(text, pathInBackticks).filter((name) => !name.includes("*") && !exists(name.replace(/\/$/, "")));
  const commanded = matches(text, commandPattern).filter((name) => !commands.has(name));
  return [
    ...named.map((name) => `${path} names ${name}, which does not exist.`),
    ...commanded.map((name) => `${path} shows "npm run ${name}", which package.json does not have.`),
    ...matches(withoutCode(text), linkPattern).flatMap((link) => brokenLink(path, link, { exists, textOf })),
  ];
}

function brokenLink(path, link, { exists, textOf }) {
  if (/^[a-z]+:/.test(link)) return [];
  const [file, heading] = link.split("#");
  const target = file === "" ? path : posix.normalize(posix.join(posix.dirname(path), file));
  if (!exists(target)) return [`${path} links to ${link}, which does not exist.`];
  if (!heading || !target.endsWith(".md") || headingsOf(textOf(target)).has(heading)) return [];
  return [`${path} links to ${link}, but ${target} has no such heading.`];
}

/** As GitHub makes anchors of headings. */
function headingsOf(text) {
  const headings = matches(withoutCode(text), /^#{1,6} +(.+)$/gm);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .trim()
        .replace(/ /g, "-"),
    ),
  );
}

function withoutCode(text) {
  return text.replace(/^```[\s\S]*?^```/gm, "");
}

function matches(text, pattern) {
  return [...text.matchAll(pattern)].map((match) => match[1]);
}
