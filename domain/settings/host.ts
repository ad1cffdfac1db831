const hostPattern = /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

/** An IPv4 or IPv6 address, without brackets. A URL's own parser judges, for there is no other one in a browser. */
export function isIp(text: string): boolean {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return text.split(".").every((part) => Number(part) <= 255);
  return /^[0-9a-fA-F:.]+$/.test(text) && text.includes(":") && URL.canParse(`http://[${text}]`);
}

/** A name or an address; one of IPv6 with or without brackets. */
export function isHost(text: string): boolean {
  const inner = /^\[(.*)\]$/.exec(text)?.[1];
  if (inner !== undefined) return inner.includes(":") && isIp(inner);
  return isIp(text) || (hostPattern.test(text) && !/^[\d.]+$/.test(text));
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
