/** Words of the query language that stand where a metric's name could. */
const words = new Set(["by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless", "bool", "offset", "inf", "nan"]);

/** The metrics and labels that an expression of Prometheus, or Grafana's `label_values`, names; each once, in order. */
export function namesIn(expression: string): { names: string[]; labels: string[] } {
  const labels = new Set<string>();
  let rest = expression.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  rest = rest.replace(/label_values\((\w+),\s*(\w+)\)/g, (_, name: string, label: string) => {
    labels.add(label);
    return name;
  });
  rest = rest.replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g, (_, list: string) => {
    for (const label of list.split(",")) labels.add(label.trim());
    return "";
  });
  rest = rest.replace(/\{([^}]*)\}/g, (_, matchers: string) => {
    for (const [label] of matchers.matchAll(/\w+(?=\s*(?:=|!))/g)) labels.add(label);
    return "";
  });
  rest = rest.replace(/\[[^\]]*\]/g, "");
  const names = [...rest.matchAll(/(?<![\w.])[a-zA-Z_:][\w:]*(?!\w|\s*\()/g)].map(([name]) => name);
  return { names: [...new Set(names.filter((name) => !words.has(name)))], labels: [...labels] };
}
