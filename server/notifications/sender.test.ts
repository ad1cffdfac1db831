import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { FleetNotice, Notice } from "#domain/notice.ts";
import { Destination } from "#domain/notification.ts";
import { createSecrets } from "#server/io/secrets.ts";
import { createUrlPolicy } from "#server/io/url-policy.ts";
import { exampleNotice } from "#server/testing/notices.ts";
import { startWebhookReceiver, type WebhookReceiver } from "#server/testing/webhook-receiver.ts";
import { createSender, type Sent } from "./sender.ts";

const key = "a key of the receiver's and ours";
const common = { name: "ops", scope: { type: "environment", environment: "production" }, about: ["attention", "ends"] };
const notice = { ...exampleNotice, why: "It said <!channel> & <https://evil.example|click>." };
const since = Date.UTC(2030, 0, 2, 3, 3, 5);
const { rolloutId: _, release: __, status: ___, ...ofFleet } = notice;
const fleetNotice: FleetNotice = {
  ...ofFleet,
  rolloutId: null,
  happened: "Cannot be reached",
  alert: { kind: "unreachable", status: "raised", since },
};

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
afterAll(() => receiver.close());
beforeEach(() => {
  receiver.received.length = 0;
});

const webhook = (path: string) => Destination.parse({ kind: "webhook", url: receiver.url(path), key: "env:TIDELINE_SECRET_KEY", ...common });
const slack = Destination.parse({ kind: "slack", url: "env:TIDELINE_SECRET_SLACK", ...common });

interface Setting {
  readonly allowed?: readonly string[];
  readonly env?: Record<string, string>;
  readonly signal?: AbortSignal;
  readonly told?: Notice;
}

function send(
  destination: Destination,
  { allowed = ["127.0.0.1"], env = {}, signal = new AbortController().signal, told = notice }: Setting = {},
): Promise<Sent> {
  const secrets = createSecrets({ env: { TIDELINE_SECRET_KEY: key, ...env }, directories: [] });
  const sender = createSender({ policy: createUrlPolicy(allowed), secrets, consoleUrl: "https://tideline.example.com", deadlineMs: 300 });
  return sender.send(destination, { id: "n-1", notice: told }, signal);
}

/** As docs/notifications.md tells receivers to. */
function verify(body: string, header: string, now: number): boolean {
  const [, seconds = "", given = ""] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  const expected = createHmac("sha256", key).update(`${seconds}.${body}`).digest("hex");
  return given === expected && Math.abs(now / 1_000 - Number(seconds)) < 300;
}

describe("a webhook", () => {
  test("is told all there is to know, signed so that it can tell who it is from", async () => {
    expect(await send(webhook("/good?team=ops"))).toMatchObject({
      outcome: "delivered",
      message: expect.stringMatching(/^127\.0\.0\.1:\d+ answered 200\.$/),
    });
    const [got] = receiver.received;
    expect(got?.path).toBe("/good?team=ops");
    expect(got?.headers).toMatchObject({ "content-type": "application/json", "idempotency-key": "n-1" });
    expect(JSON.parse(got?.body ?? "")).toEqual({
      id: "n-1",
      type: "rollout",
      at: "2030-01-02T03:04:05.000Z",
      about: ["attention"],
      happened: "Paused: a decision is needed",
      why: notice.why,
      next: "Resume, roll back or cancel.",
      link: `https://tideline.example.com/rollouts/${notice.rolloutId}`,
      rollout: {
        rolloutId: notice.rolloutId,
        seq: 7,
        status: "paused",
        fleetId: notice.fleetId,
        fleet: "shop-production",
        service: "shop",
        environment: "production",
        release: "1.1",
      },
      fleet: { fleetId: notice.fleetId, name: "shop-production", service: "shop", environment: "production" },
      alert: null,
    });
    const header = String(got?.headers["tideline-signature"]);
    expect(verify(got?.body ?? "", header, Date.now())).toBe(true);
    expect(verify(`${got?.body} `, header, Date.now())).toBe(false);
    expect(verify(got?.body ?? "", header, Date.now() + 3_600_000)).toBe(false);
    expect(JSON.stringify(got)).not.toContain(key);
  });

  test("hears of a fleet without a rollout", async () => {
    await send(webhook("/good"), { told: fleetNotice });
    expect(JSON.parse(receiver.received[0]?.body ?? "")).toMatchObject({
      type: "fleet",
      happened: "Cannot be reached",
      link: `https://tideline.example.com/fleets/${notice.fleetId}`,
      rollout: null,
      fleet: { fleetId: notice.fleetId, name: "shop-production", service: "shop", environment: "production" },
      alert: { kind: "unreachable", status: "raised", since: "2030-01-02T03:03:05.000Z", seq: 7 },
    });
  });

  test.each<[string, Sent["outcome"], RegExp]>([
    ["/bad", "failed", /answered 500\.$/],
    ["/unwanted", "refused", /answered 400\.$/],
    ["/moved", "failed", /answered 302\. Redirects are not followed/],
    ["/silent", "failed", /gave no answer within 0\.3 s/],
    ["/slow", "failed", /gave no answer within 0\.3 s/],
    ["/closes", "failed", /broke the connection/],
    ["/flood", "delivered", /answered 200/],
    ["/elsewhere", "failed", /answered 404/],
  ])("%s: %s", async (path, outcome, words) => {
    const sent = await send(webhook(path));
    expect(sent).toMatchObject({ outcome, message: expect.stringMatching(words) });
    expect(sent.answer.length).toBeLessThanOrEqual(500);
    expect(receiver.received).toHaveLength(1);
  });

  test("that is not there, or not allowed, or of which a secret is missing, is said in words", async () => {
    const absent = Destination.parse({ ...webhook("/good"), url: "http://127.0.0.1:1/good" });
    expect(await send(absent)).toMatchObject({ outcome: "failed", message: "127.0.0.1:1 refused the connection." });
    expect(await send(webhook("/good"), { allowed: [] })).toMatchObject({ message: expect.stringContaining("TIDELINE_ALLOW_PRIVATE_URLS") });
    expect(await send(webhook("/good"), { env: { TIDELINE_SECRET_KEY: "short" } })).toMatchObject({
      message: expect.stringContaining("less than 16"),
    });
    const keyless = Destination.parse({ ...webhook("/good"), key: "env:TIDELINE_SECRET_NONE" });
    expect(await send(keyless)).toMatchObject({ message: expect.stringContaining("no variable TIDELINE_SECRET_NONE") });
    expect(receiver.received).toEqual([]);
  });

  test("is let go when the server stops", async () => {
    const stop = new AbortController();
    const sending = send(webhook("/silent"), { signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    expect(await sending).toMatchObject({ outcome: "failed" });
  });
});

describe("Slack", () => {
  const at = (path: string) => ({ env: { TIDELINE_SECRET_SLACK: receiver.url(path) } });

  test("gets text in which a program's words are no links and mention nobody", async () => {
    expect(await send(slack, at("/good"))).toMatchObject({ outcome: "delivered", answer: "ok\ufffd[2J" });
    const [got] = receiver.received;
    const { text, blocks } = JSON.parse(got?.body ?? "");
    expect(text).toBe(
      "shop-production: Paused: a decision is needed. It said &lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;. Resume, roll back or cancel. <https://tideline.example.com/rollouts/0198c0de-0000-7000-8000-000000000001|Open rollout>",
    );
    expect(blocks[0].text.text).toBe(
      "*shop-production: Paused: a decision is needed*\n*Why:* It said &lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;.\n*Next:* Resume, roll back or cancel.",
    );
    expect(blocks[1].elements[0].text).toBe(
      "production · shop · release 1.1 · <!date^1893553445^{date_short_pretty} {time_secs}|2030-01-02T03:04:05.000Z>",
    );
    expect(blocks[2].text.text).toBe(`<https://tideline.example.com/rollouts/${notice.rolloutId}|Open rollout>`);
    expect(got?.headers["tideline-signature"]).toBeUndefined();
  });

  test("hears of a fleet without a rollout", async () => {
    await send(slack, { ...at("/good"), told: fleetNotice });
    const { text, blocks } = JSON.parse(receiver.received[0]?.body ?? "");
    expect(text).toMatch(/^shop-production: Cannot be reached\. It said/);
    expect(blocks[1].elements[0].text).toMatch(/^production · shop · <!date/);
    expect(blocks[2].text.text).toBe(`<https://tideline.example.com/fleets/${notice.fleetId}|Open fleet>`);
  });

  test("of its address nothing but the host is repeated, also when the answer repeats it", async () => {
    const answers = [
      await send(slack, at("/services/T000/B000/hunter2hunter2?token=hunter3hunter3")),
      await send(slack, { ...at("/good/hunter2hunter2"), allowed: [] }),
    ];
    expect(answers[0]?.answer).toMatch(/^Cannot POST .*\[redacted\]/);
    expect(JSON.stringify(answers)).not.toMatch(/hunter|B000/);
  });

  test("is not sent to what is no address", async () => {
    const sent = await send(slack, { env: { TIDELINE_SECRET_SLACK: "hunter2 hunter2" } });
    expect(sent).toEqual({ outcome: "failed", message: expect.stringContaining("env:TIDELINE_SECRET_SLACK holds no http or https URL"), answer: "" });
  });
});

test("a test says that it is one, and who asked", async () => {
  const secrets = createSecrets({ env: { TIDELINE_SECRET_KEY: key }, directories: [] });
  const sender = createSender({ policy: createUrlPolicy(["127.0.0.1"]), secrets, consoleUrl: "https://tideline.example.com" });
  expect(await sender.sendTest(webhook("/good"), "Ada")).toMatchObject({ outcome: "delivered" });
  expect(JSON.parse(receiver.received[0]?.body ?? "")).toMatchObject({
    type: "test",
    why: expect.stringContaining("Ada"),
    link: "https://tideline.example.com/settings/notifications",
    rollout: null,
    fleet: null,
    alert: null,
  });
});
