import { accountOf, countConnections, hexOf } from "./workers.ts";

/** Requests in flight to an address; null where they cannot be seen. */
export type CountInFlight = (address: string) => number | null;

/** `pid`: one of NGINX's workers. Its account joins `accounts`, whose connections are counted. */
export async function countInFlight(pid: number, accounts: Set<number>): Promise<CountInFlight> {
  const account = await accountOf(pid);
  if (account !== null) accounts.add(account);
  const connections = account === null ? null : await countConnections(accounts);
  return (address) => {
    const hex = hexOf(address);
    if (connections === null || hex === null) return null;
    return (connections.get(hex) ?? 0) + (connections.get(mappedOf(hex)) ?? 0);
  };
}

/** An IPv4 address among the IPv6 ones. */
function mappedOf(hex: string): string {
  return `0000000000000000FFFF0000${hex}`;
}
