import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

export type AddressReader = (req: IncomingMessage) => string;

/** Whose request it is: the connection's other end or, behind trusted proxies, the last address they did not add themselves. */
export function createAddressReader(trustedProxies: readonly string[]): AddressReader {
  const trusted = new BlockList();
  for (const entry of trustedProxies) {
    const [address = "", prefix] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (prefix === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(prefix), family);
  }
  const isTrusted = (address: string) => isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
  return (req) => {
    let address = plain(req.socket.remoteAddress ?? "");
    const said = [req.headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
    while (isTrusted(address)) {
      const before = plain(said.pop()?.trim() ?? "");
      if (isIP(before) === 0) break;
      address = before;
    }
    return address;
  };
}

/** IPv4 in IPv6 clothes: `::ffff:10.0.0.1`. */
function plain(address: string): string {
  return address.startsWith("::ffff:") && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}
