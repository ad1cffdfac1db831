/** What a person may choose of how the console looks. The first of each is what holds before. */
export const appearances = {
  theme: ["system", "light", "dark"],
  density: ["comfortable", "compact"],
  palette: ["standard", "distinct"],
} as const;

export type Aspect = keyof typeof appearances;
export type Appearance = { readonly [A in Aspect]: (typeof appearances)[A][number] };

export function cookieOf(aspect: Aspect): string {
  return `tideline-${aspect}`;
}

/** From the cookies of a request; what is missing or unknown is as if it had not been chosen. */
export function parseAppearance(cookie: (name: string) => string | undefined): Appearance {
  const chosen = <Value extends string>(aspect: Aspect, values: readonly [Value, ...Value[]]): Value =>
    values.find((value) => value === cookie(cookieOf(aspect))) ?? values[0];
  return {
    theme: chosen("theme", appearances.theme),
    density: chosen("density", appearances.density),
    palette: chosen("palette", appearances.palette),
  };
}
