import { readFile } from "node:fs/promises";
import { createDemo, setUpAccount } from "../e2e/support/client.ts";
import { startConsole } from "../e2e/support/console.ts";
import { findFamily, type RunningProcess } from "../e2e/support/processes.ts";
import { note, printTable } from "./report.ts";
import { waitUntilWhole } from "./rollouts.ts";

const restMs = 30_000;
const wantedMb = 400;
const parts = ["server", "database", "runtime"] as const;
type Part = (typeof parts)[number] | "instances";

/** Resident memory at rest with 12 instances, half a minute after the last request. Linux only. */
export async function benchRest(): Promise<boolean> {
  const console = await startConsole();
  try {
    const client = await setUpAccount(console);
    const demo = await createDemo(client, 0);
    await waitUntilWhole(client, demo.fleetId);
    note(`Resting for ${restMs / 1_000} s …`);
    await new Promise((resolve) => setTimeout(resolve, restMs));
    const found = await findFamily(console.dataDirectory);
    const rows = await Promise.all(found.map(async (one) => ({ part: partOf(one, console.pid()), ...(await memoryOf(one.pid)) })));
    const total = (field: "rssMb" | "pssMb", part?: Part) =>
      Math.round(
        rows.filter((row) => row.part !== "instances" && (part === undefined || row.part === part)).reduce((sum, row) => sum + row[field], 0),
      );
    printTable(
      "Memory at rest, 12 instances (MB; PSS counts shared pages once)",
      ["RSS", "PSS"],
      [
        ...parts.map((part) => [part, total("rssMb", part), total("pssMb", part)]),
        [`together (≤ ${wantedMb} wanted)`, total("rssMb"), total("pssMb")],
      ],
    );
    return total("pssMb") <= wantedMb;
  } finally {
    await console.close();
  }
}

/** An instance gets an environment made from nothing and knows no data directory; it is told by its command. */
function partOf({ pid, command }: RunningProcess, serverPid: number): Part {
  if (pid === serverPid) return "server";
  if (/postgres/.test(command)) return "database";
  return /greeter|\bserver\.mjs\b/.test(command) ? "instances" : "runtime";
}

async function memoryOf(pid: number): Promise<{ rssMb: number; pssMb: number }> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const mb = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) / 1_024;
  return { rssMb: mb("Rss"), pssMb: mb("Pss") };
}
