import { paths } from "#domain/paths.ts";

/** What the server does with a request for a page. */
export type PageAccess =
  | { readonly type: "show" }
  | { readonly type: "redirect"; readonly to: string }
  /** For everybody, and without asking who it is. */
  | { readonly type: "asset" }
  | { readonly type: "missing" };

export interface Visitor {
  readonly signedIn: boolean;
  /** False until the first account exists. */
  readonly hasAccount: boolean;
}

const assetPattern = /^\/(?:_next\/static\/.+|favicon\.ico|icon[\w.-]*|apple-icon[\w.-]*|robots\.txt|manifest\.webmanifest)$/;

export function isAsset(pathname: string, development: boolean): boolean {
  return assetPattern.test(pathname) || (development && pathname.startsWith("/_next/"));
}

/** Pages hold no data of their own; sending people to the right one first spares them a page that must send them on. */
export function decidePage(pathname: string, search: string, visitor: Visitor): PageAccess {
  if (pathname.startsWith("/_next/")) return { type: "missing" };
  if (pathname === paths.setup()) return visitor.hasAccount ? { type: "missing" } : { type: "show" };
  if (!visitor.hasAccount) return { type: "redirect", to: paths.setup() };
  // Whoever follows a link may be signed in as somebody else.
  if (pathname === paths.invite()) return { type: "show" };
  if (pathname === paths.login()) return visitor.signedIn ? { type: "redirect", to: paths.home() } : { type: "show" };
  if (visitor.signedIn) return { type: "show" };
  const wanted = pathname + withoutRouterMark(search);
  return { type: "redirect", to: wanted === paths.home() ? paths.login() : `${paths.login()}?next=${encodeURIComponent(wanted)}` };
}

/** Next's router adds `_rsc` when it asks for a page's data. */
function withoutRouterMark(search: string): string {
  const params = new URLSearchParams(search);
  params.delete("_rsc");
  return params.size === 0 ? "" : `?${params}`;
}
