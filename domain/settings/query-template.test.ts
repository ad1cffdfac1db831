import { expect, test } from "vitest";
import { countsByItself, fillTemplate, QueryTemplate, templateProblem } from "./query-template.ts";

test.each([
  ["a counter", 'requests_total{release="{{release}}"}', null],
  ["an increase", 'sum(increase(requests_total{release="{{ release }}"}[{{window}}]))', null],
  ["no release", "requests_total", "without it both releases would count as one"],
  ["another placeholder", 'requests_total{release="{{release}}", pod="{{pod}}"}', "{{pod}} is not known here"],
  ["an empty placeholder", 'requests_total{release="{{release}}{{}}"}', "{{}} is not known here"],
  ["a pattern", 'requests_total{release=~"{{release}}"}', 'Compare the release with "="'],
  ["a pattern around it", "requests_total{release!~'v{{release}}.*'}", 'Compare the release with "="'],
  ["a pattern on another label", 'requests_total{code=~"5..", release="{{release}}"}', null],
])("%s", (_, template, problem) => {
  expect(templateProblem(template)).toEqual(problem === null ? null : expect.stringContaining(problem));
  expect(QueryTemplate.safeParse(template).success).toBe(problem === null);
});

test.each([
  ["1.1", 'a{r="1.1"}[30s]'],
  ['1" or vector(1) or a{r="', 'a{r="1\\u0022 or vector(1) or a{r=\\u0022"}[30s]'],
  ["back\\slash", 'a{r="back\\u005cslash"}[30s]'],
  ["two\nlines", 'a{r="two\\u000alines"}[30s]'],
  ["é ü", 'a{r="é ü"}[30s]'],
  ["$& $1", 'a{r="$& $1"}[30s]'],
  ["{{window}}", 'a{r="{{window}}"}[30s]'],
])("the name %s ends no string", (release, query) => {
  expect(fillTemplate('a{r="{{release}}"}[{{window}}]', { release, windowSeconds: 30 })).toBe(query);
});

test("a query counts by itself when it says of which time", () => {
  expect(countsByItself("increase(a[{{ window }}])")).toBe(true);
  expect(countsByItself('a{r="{{release}}"}')).toBe(false);
});
