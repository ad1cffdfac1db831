import { EvidenceMeter } from "#components/charts/evidence-meter.tsx";
import { cellStateNames, cellStates } from "#components/instance/instance-state.ts";
import { RolloutStatus } from "#components/instance/rollout-status.tsx";
import { StateMark } from "#components/instance/state-mark.tsx";
import { Card } from "#components/ui/card.tsx";
import { activeStatuses, terminalStatuses } from "#domain/rollout.ts";

export function RolloutStates() {
  return (
    <Card title="States of a rollout">
      <div className="flex flex-wrap gap-2">
        {[...activeStatuses, ...terminalStatuses].map((status) => (
          <RolloutStatus key={status} status={status} />
        ))}
      </div>
    </Card>
  );
}

export function InstanceStates() {
  return (
    <Card title="States of an instance" description="Told apart by glyph and pattern, not by hue alone">
      <ul className="grid grid-cols-2 gap-2 text-sm sm:grid-cols-4">
        {cellStates.map((state) => (
          <li key={state} className="flex items-center gap-2">
            <StateMark state={state} />
            {cellStateNames[state]}
          </li>
        ))}
      </ul>
    </Card>
  );
}

const lnThreshold = Math.log(1_000);
const readings = [
  { factor: 0.6, tone: "ok", decided: false, text: "0.6×: leaning good" },
  { factor: 12, tone: "warn", decided: false, text: "12×: leaning bad" },
  { factor: 1_400, tone: "bad", decided: true, text: "bad: it acted at 1,000×" },
] as const;

export function EvidenceStates() {
  return (
    <Card title="Evidence">
      <div className="grid gap-5 sm:grid-cols-3">
        {readings.map(({ factor, tone, decided, text }) => (
          <div key={text}>
            <p id={`evidence-${factor}`} className="mb-2 text-ink-soft text-sm">
              {text}
            </p>
            <EvidenceMeter
              lnE={Math.log(factor)}
              lnThreshold={lnThreshold}
              tone={tone}
              decided={decided}
              labelId={`evidence-${factor}`}
              text={text}
            />
          </div>
        ))}
      </div>
    </Card>
  );
}
