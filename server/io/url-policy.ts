import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { Failure } from "#domain/failure.ts";

/** Whom our outgoing requests may reach: an address is looked up once, judged, and then connected to as it is. */

/** Where machines of a cloud get their own secrets from, and what belongs to one link or to nobody. Never allowed. */
const forbidden = createList([
  "0.0.0.0/8",
  "169.254.0.0/16",
  "100.100.100.200/32",
  "168.63.129.16/32",
  "192.0.0.192/32",
  "224.0.0.0/4",
  "255.255.255.255/32",
  "::/128",
  "fe80::/10",
  "fd00:ec2::254/128",
  "fd20:ce::254/128",
  "ff00::/8",
]);

/** Networks that are not the internet, and IPv6 in which an IPv4 address hides. Allowed where they are listed. */
const notPublic = createList([
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "240.0.0.0/4",
  "::1/128",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "2001::/32",
  "2002::/16",
  "fc00::/7",
]);

export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

export interface UrlPolicy {
  /** The one address to connect to. Throws Failure: `invalid` when it may not be, `unavailable` when there is none. */
  resolve(url: URL): Promise<Address>;
}

/** `allowed`: hosts, addresses or networks that may be reached although they are private. */
export function createUrlPolicy(allowed: readonly string[]): UrlPolicy {
  const networks = createList(allowed.filter((entry) => isIP(entry.split("/")[0] ?? "") !== 0));
  const hosts = new Set(allowed.map((entry) => entry.toLowerCase()));
  const mayReach = (host: string, address: string) => {
    if (contains(forbidden, address)) return false;
    return !contains(notPublic, address) || contains(networks, address) || hosts.has(host);
  };
  return {
    resolve: async (url) => {
      const host = hostOf(url);
      const found = await findAddresses(host);
      const allowedOnes = found.filter(({ address }) => mayReach(host, address));
      const [first] = allowedOnes;
      if (first) return { address: first.address, family: first.family === 6 ? 6 : 4 };
      const address = found[0]?.address ?? "";
      const way = contains(forbidden, address) ? "This address is never called." : "List the host in TIDELINE_ALLOW_PRIVATE_URLS if it is meant.";
      throw new Failure("invalid", `${host} is at ${address}, which is not on the internet. ${way}`);
    },
  };
}

/** The host without the brackets of an IPv6 address. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
}

async function findAddresses(host: string): Promise<readonly { address: string; family: number }[]> {
  if (isIP(host) !== 0) return [{ address: host, family: isIP(host) }];
  try {
    return await lookup(host, { all: true });
  } catch {
    throw new Failure("unavailable", `${host} has no address. Check its name.`);
  }
}

function createList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    list.addSubnet(address, Number(prefix ?? (family === "ipv6" ? 128 : 32)), family);
  }
  return list;
}

/** An IPv4 address in IPv6 clothes (::ffff:…) counts as what it is: BlockList looks through them. */
function contains(list: BlockList, address: string): boolean {
  return isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
