import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { connectDatabase } from "../client.ts";
import { describeDatabaseFault } from "./fault.ts";

const withCode = (code: string) => Object.assign(new Error("from PostgreSQL"), { code });
const wrapped = (cause: Error) => new Error("Failed query", { cause });

test.each([
  ["no room", wrapped(withCode("53100")), "The disk of the database is full."],
  ["a server that is shut down", wrapped(withCode("57P01")), "The database cannot be reached."],
  ["a server that starts", withCode("57P03"), "The database cannot be reached."],
  ["a connection that was cut", wrapped(new Error("Connection terminated unexpectedly")), "The database cannot be reached."],
  ["a broken rule", wrapped(withCode("23505")), null],
  ["a bug", new TypeError("x is not a function"), null],
  ["no error at all", "text", null],
])("%s is told apart", (_, error, words) => {
  expect(describeDatabaseFault(error)).toBe(words);
});

test.each(["postgres://127.0.0.1:1/none", "postgres://localhost:1/none", "postgres:///none?host=/no/such/directory"])(
  "a query to %s, where nothing listens, says so",
  async (url) => {
    const db = connectDatabase(url);
    const error = await db.execute(sql`select 1`).catch((thrown: unknown) => thrown);
    expect(describeDatabaseFault(error)).toBe("The database cannot be reached.");
    await db.$client.end();
  },
);
