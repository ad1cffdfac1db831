"use client";

import { Pause, Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { AlertDialog } from "#components/ui/alert-dialog.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { EnvironmentBadge } from "#components/ui/environment-badge.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input, Textarea } from "#components/ui/input.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { Menu, MenuItem, MenuSeparator } from "#components/ui/menu.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { RadioGroup } from "#components/ui/radio.tsx";
import { Select } from "#components/ui/select.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { toast } from "#components/ui/toast.ts";
import { Tooltip } from "#components/ui/tooltip.tsx";

const variants = ["primary", "secondary", "ghost", "danger", "danger-outline"] as const;
const reason = "Batch 1 needs no approval.";

export function Buttons() {
  return (
    <Card title="Buttons" description="At rest, with the reason why not, at work; hover and focus by hand">
      <div className="grid gap-3">
        {variants.map((variant) => (
          <Row key={variant} name={variant}>
            <Button variant={variant}>Roll back</Button>
            <Button variant={variant} disabledReason={reason}>
              Roll back
            </Button>
            <Button variant={variant} pending>
              Roll back
            </Button>
            <Button variant={variant} size="small">
              <Undo2 aria-hidden />
              Small
            </Button>
            <Button variant={variant} size="icon" aria-label="Pause">
              <Pause aria-hidden />
            </Button>
          </Row>
        ))}
      </div>
    </Card>
  );
}

export function Forms() {
  const [on, setOn] = useState(true);
  const [choice, setChoice] = useState<"count" | "percent">("count");
  return (
    <Card title="Forms">
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label="At rest" hint="How long a batch is watched.">
          <Input placeholder="30s" />
        </Field>
        <Field label="Refused" error="A soak is a duration, such as 30s or 5m.">
          <Input defaultValue="soon" />
        </Field>
        <Field label="Not now" optional disabled>
          <Input defaultValue="30s" disabled />
        </Field>
        <Field label="Longer text">
          <Textarea defaultValue="The errors began with batch 2." />
        </Field>
        <Field label="One of a list">
          <Select
            value={choice}
            onValueChange={setChoice}
            options={[
              { value: "count", label: "Instances" },
              { value: "percent", label: "Percent" },
            ]}
          />
        </Field>
        <RadioGroup
          label="One of few"
          value={choice}
          onValueChange={setChoice}
          options={[
            { value: "count", label: "Instances", hint: "A number of them" },
            { value: "percent", label: "Percent", hint: "Of the fleet" },
          ]}
        />
        <Checkbox checked={on} onCheckedChange={setOn}>
          Needs an approval
        </Checkbox>
        <Switch checked={on} onCheckedChange={setOn}>
          Follow
        </Switch>
      </div>
    </Card>
  );
}

export function Overlays() {
  const [open, setOpen] = useState<"dialog" | "alert" | null>(null);
  const close = (next: boolean) => setOpen(next ? open : null);
  return (
    <Card title="What lies over the page">
      <div className="flex flex-wrap items-center gap-2">
        <Button onClick={() => setOpen("dialog")}>Dialog</Button>
        <Button onClick={() => setOpen("alert")}>Dialog that asks</Button>
        <Menu trigger={<Button>Menu</Button>} align="start">
          <MenuItem onSelect={() => {}}>Open</MenuItem>
          <MenuItem onSelect={() => {}} disabled>
            Not now
          </MenuItem>
          <MenuSeparator />
          <MenuItem onSelect={() => {}} danger>
            Remove
          </MenuItem>
        </Menu>
        <Tooltip content="Start nothing new; instances in flight finish">
          <Button>Tooltip</Button>
        </Tooltip>
        <Button onClick={() => toast("ok", "Plan saved", "Version 4 of careful")}>Toast</Button>
        <Button onClick={() => toast("bad", "Not saved", "The plan was changed by Grace meanwhile.")}>Toast of a failure</Button>
      </div>
      <Dialog open={open === "dialog"} onOpenChange={close} title="New release" description="Of the service greeter" footer={<Button>Record</Button>}>
        <Field label="Name">
          <Input placeholder="1.4" />
        </Field>
      </Dialog>
      <AlertDialog
        open={open === "alert"}
        onOpenChange={close}
        title="Roll back 4 instances?"
        description="They return to 1.0, two at a time."
        confirmLabel="Roll back"
        onConfirm={() => setOpen(null)}
        danger
      />
    </Card>
  );
}

const failure = { code: "unavailable", message: "The database does not answer. Nothing was changed.", requestId: "01h2xcej" };

export function Feedback() {
  return (
    <Card title="Waiting, empty, failed">
      <div className="grid gap-5">
        <Row name="badges">
          <Badge>neutral</Badge>
          <Badge tone="outline">outline</Badge>
          <Badge tone="ok">ok</Badge>
          <Badge tone="warn">warn</Badge>
          <Badge tone="bad">bad</Badge>
          <Badge tone="progress">progress</Badge>
          <EnvironmentBadge environment="production" />
          <EnvironmentBadge environment="staging" />
          <Kbd>Esc</Kbd>
        </Row>
        <Row name="progress">
          <div className="w-40">
            <Progress label="Instances updated" value={0.4} />
          </div>
          <div className="w-40">
            <Progress label="Reading" value={null} />
          </div>
          <Skeleton className="h-6 w-40" />
        </Row>
        <Tabs
          label="Parts of an instance"
          tabs={[
            { value: "overview", label: "Overview", content: <p className="py-3 text-sm">The first tab.</p> },
            { value: "log", label: "Log", content: <p className="py-3 text-sm">The second tab.</p> },
          ]}
        />
        <div className="grid gap-4 md:grid-cols-2">
          <EmptyState title="No fleet passes the filter." action={<Button>Clear the filter</Button>}>
            3 fleets are left out.
          </EmptyState>
          <ErrorState title="The fleets could not be read." failure={failure} onRetry={() => {}} />
        </div>
      </div>
    </Card>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span className="w-28 text-ink-faint text-xs">{name}</span>
      {children}
    </div>
  );
}
