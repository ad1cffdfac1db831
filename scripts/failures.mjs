import { stripVTControlCharacters } from "node:util";

const linesMax = 25;
const lineLengthMax = 300;
const shownMax = 12;

/** What failed and in which words, from a report of vitest's. */
export function failuresOfVitest({ testResults }) {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === "failed");
    if (failed.length === 0) return message ? [{ name, text: message }] : [];
    return failed.map(({ fullName, failureMessages }) => ({ name: `${name}: ${fullName}`, text: failureMessages.join("\n") }));
  });
}

/** The same from a report of Playwright's. */
export function failuresOfPlaywright({ suites, errors }) {
  const tests = (suite) => [...(suite.suites ?? []).flatMap(tests), ...(suite.specs ?? [])];
  const failed = suites.flatMap(tests).filter(({ ok }) => !ok);
  return [
    ...errors.map(({ message }) => ({ name: "before any test", text: message })),
    ...failed.map(({ file, title, tests: runs }) => ({
      name: `${file}: ${title}`,
      text: runs.flatMap(({ results }) => results.flatMap((result) => result.errors.map(({ message }) => message))).join("\n"),
    })),
  ];
}

/** Stands at the end of the output, so that whoever sees only that sees why. */
export function describeFailures(failures) {
  const shown = failures.slice(0, shownMax).map(({ name, text }) => {
    const lines = stripVTControlCharacters(text ?? "")
      .split("\n")
      .slice(0, linesMax);
    return [`- ${name}`, ...lines.map((line) => `    ${line.slice(0, lineLengthMax)}`)].join("\n");
  });
  const left = failures.length - shown.length;
  return [...shown, ...(left > 0 ? [`… and ${left} more.`] : [])].join("\n");
}
