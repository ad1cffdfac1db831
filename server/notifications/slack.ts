import { shorten } from "#domain/shorten.ts";
import type { Message } from "./message.ts";

/** Slack takes 3,000 characters in a block, and `&` becomes five. */
const whyLengthMax = 500;

const wayNames = { rollout: "Open rollout", fleet: "Open fleet", test: "Open settings" } as const satisfies Record<Message["type"], string>;

/** The body that Slack, and what understands its incoming webhooks, gets. */
export function toSlackBody({ type, at, happened, why, next, link, rollout, fleet }: Message): string {
  const title = fleet ? `${fleet.name}: ${happened}` : happened;
  const place = [...(fleet ? [fleet.environment, fleet.service] : []), ...(rollout ? [`release ${rollout.release}`] : [])];
  const seconds = Math.floor(at / 1_000);
  const time = `<!date^${seconds}^{date_short_pretty} {time_secs}|${new Date(at).toISOString()}>`;
  const cause = shorten(why, whyLengthMax);
  const details = `*Why:* ${escapeText(cause)}\n*Next:* ${escapeText(next)}`;
  const way = `<${escapeText(link)}|${wayNames[type]}>`;
  return JSON.stringify({
    // What a notification on the screen and a screen reader get, and all that those get who know no blocks.
    text: `${escapeText(`${title}. ${cause} ${next}`)} ${way}`,
    blocks: [
      section(`*${escapeText(title)}*\n${details}`),
      { type: "context", elements: [{ type: "mrkdwn", text: [...place.map(escapeText), time].join(" · ") }] },
      section(way),
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
