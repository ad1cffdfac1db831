import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Notice } from "#domain/notice.ts";
import { RecordRelease } from "#server/catalog/record-release.ts";
import { Sensitive } from "#server/io/sensitive.ts";
import { toMessage, toWebhookBody } from "#server/notifications/message.ts";
import { signBody } from "#server/notifications/sign.ts";

const textOf = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const blockOf = (name: string, language: string) => new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(textOf(name))?.[1] ?? "";

test("a receiver that does what the page says tells Tideline's requests from others", async () => {
  const source = `${blockOf("notifications.md", "js")}\nexport { isFromTideline };`;
  const { isFromTideline } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(source)}`);
  const [key, now] = ["a key of sixteen letters", 1_900_000_000_000];
  const body = Buffer.from('{"why":"naïve"}');
  const header = signBody(body.toString(), new Sensitive(key), now / 1_000);
  expect(isFromTideline(body, header, key, now + 60_000)).toBe(true);
  expect(isFromTideline(body, header, key, now + 600_000)).toBe(false);
  expect(isFromTideline(Buffer.from("{}"), header, key, now)).toBe(false);
  expect(isFromTideline(body, header, "another key of ours", now)).toBe(false);
  for (const broken of [undefined, "", "t=1,v1=zz"]) expect(isFromTideline(body, broken, key, now)).toBe(false);
});

test("the message that the page shows is one", () => {
  const shown = JSON.parse(blockOf("notifications.md", "json"));
  const { id, type: _, link, at, rollout, fleet: __, alert: ___, ...told } = shown;
  const notice: Notice = { ...told, ...rollout, at: Date.parse(at) };
  expect(JSON.parse(toWebhookBody(toMessage(id, notice, new URL(link).origin)))).toEqual(shown);
});

test("the release that the page about secrets shows can be recorded", () => {
  const shown = JSON.parse(blockOf("secrets.md", "json"));
  expect(RecordRelease.parse(shown)).toEqual(shown);
});
