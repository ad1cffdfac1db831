import type { Message } from "./message.ts";

/** Slack takes 3,000 characters in a block, and `&` becomes five. */
const whyLengthMax = 500;

/** The body that Slack, and what understands its incoming webhooks, gets. */
export function toSlackBody({ at, happened, why, next, link, rollout }: Message): string {
  const title = rollout ? `${rollout.fleet}: ${happened}` : happened;
  const place = rollout ? [rollout.environment, rollout.service, `release ${rollout.release}`] : [];
  const seconds = Math.floor(at / 1_000);
  const time = `<!date^${seconds}^{date_short_pretty} {time_secs}|${new Date(at).toISOString()}>`;
  const details = `*Why:* ${escapeText(shorten(why))}\n*Next:* ${escapeText(next)}`;
  return JSON.stringify({
    // What a notification on the screen and a screen reader get.
    text: escapeText(`${title}. ${shorten(why)}`),
    blocks: [
      section(`*${escapeText(title)}*\n${details}`),
      { type: "context", elements: [{ type: "mrkdwn", text: [...place.map(escapeText), time].join(" · ") }] },
      section(`<${escapeText(link)}|${rollout ? "Open rollout" : "Open settings"}>`),
    ],
    unfurl_links: false,
  });
}

function section(text: string): Readonly<Record<string, unknown>> {
  return { type: "section", text: { type: "mrkdwn", text } };
}

/** The three characters by which Slack's text has links and mentions: words of programs must not become any. */
function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function shorten(text: string): string {
  return text.length <= whyLengthMax ? text : `${text.slice(0, whyLengthMax - 1)}…`;
}
