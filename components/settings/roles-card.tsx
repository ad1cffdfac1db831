import { Card } from "#components/ui/card.tsx";
import { roles } from "#domain/role.ts";
import { roleMeanings } from "./access-words.ts";

/** What the roles mean. */
export function RolesCard() {
  return (
    <Card title="Roles" description="Each may do what those before it may, and more. A role holds in one environment, or in all that are not named.">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-sm">
        {roles.map((role) => (
          <div key={role} className="contents">
            <dt className="font-medium">{role}</dt>
            <dd className="text-ink-soft">{roleMeanings[role]}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
