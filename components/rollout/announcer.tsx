"use client";

import { useEffect, useRef, useState } from "react";
import type { LiveRollout } from "#hooks/live-rollout-store.ts";
import { engineNow } from "#hooks/socket.ts";
import { useConnection } from "#hooks/use-connection.ts";
import { type Announcement, announce, announceConnection, POLITE_MS } from "./announcements.ts";

/** Tells a screen reader what changes: gathered and calm, except for what cannot wait. Shows nothing. */
export function Announcer({ live }: { live: LiveRollout }) {
  const [polite, setPolite] = useState("");
  const [urgent, setUrgent] = useState("");
  const latest = useRef(live);
  latest.current = live;
  const said = useRef(live.rollout.seq);
  const connection = useConnection().state;
  const before = useRef(connection);

  useEffect(() => {
    const say = ({ text, urgent: now }: Announcement) => (now ? setUrgent(text) : setPolite(text));
    const timer = setInterval(() => {
      const { rollout, events } = latest.current;
      if (rollout.seq <= said.current) return;
      const fresh = events.filter((event) => event.seq > said.current);
      said.current = rollout.seq;
      for (const announcement of announce(fresh, rollout, engineNow())) say(announcement);
    }, POLITE_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    const announcement = announceConnection(connection, before.current);
    before.current = connection;
    if (!announcement) return;
    // What was said of the connection before is no longer true.
    setUrgent(announcement.urgent ? announcement.text : "");
    setPolite(announcement.urgent ? "" : announcement.text);
  }, [connection]);

  return (
    <div className="sr-only">
      <div aria-live="polite">{polite}</div>
      <div role="alert">{urgent}</div>
    </div>
  );
}
