/** How queues are worked: a line for each, with what it means, and a window to change it. */

import { useState } from "preact/hooks";
import type { Uuid } from "../../../client/src/protocol.ts";
import { listQueues, putQueue, type Rule } from "../../api/routing.ts";
import type { Desk } from "../../inbox/desk.ts";
import { strategyName, toldRule } from "../../queue/told.ts";
import { Button } from "../../shared/Button.tsx";
import { useResource } from "../../shared/resource.ts";
import { say, sayTrouble } from "../../shared/toasts.tsx";
import { toldOf } from "../../shared/words.ts";
import { Loaded, Part } from "../Frame.tsx";
import { QueueDialog } from "./QueueDialog.tsx";

/** Each team's queue, or the organization's own. */
export function Queues({ desk, of }: { desk: Desk; of: "teams" | "organization" }) {
  const teams = desk.directory.teams.value;
  const queues = useResource(listQueues, [teams.length]);
  const [editing, setEditing] = useState<Rule | null>(null);
  const may_write = desk.may("routing.write");
  const nameOf = (id: Uuid | null): string => (id === null ? "Without a team" : desk.directory.teamName(id));
  if (!desk.may("routing.read") || (of === "teams" && teams.length === 0)) return null;

  async function put(rule: Rule, before: Rule | null): Promise<void> {
    const { team_id, ...body } = rule;
    const saved = await putQueue(team_id, body);
    queues.change((known) => known.map((each) => (each.team_id === team_id ? saved : each)));
    say(`${nameOf(team_id)}: ${strategyName(saved.strategy).toLowerCase()}.`, before === null ? undefined : () => void undo(before));
  }
  async function undo(before: Rule): Promise<void> {
    try {
      await put(before, null);
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }

  return (
    <Part
      title={of === "teams" ? "Queues" : "Conversations without a team"}
      told="Who is asked to take a conversation that waits. Without a rule people take what they like."
    >
      <Loaded resource={queues}>
        {(known) => (
          <ul class="rows">
            {known.filter(({ team_id }) => (team_id === null) === (of === "organization")).map((rule) => (
              <li key={rule.team_id} data-queue={rule.team_id ?? "own"}>
                <div class="what">
                  <strong><bdi>{of === "teams" ? nameOf(rule.team_id) : strategyName(rule.strategy)}</bdi></strong>
                  <span>{toldRule(rule, nameOf)}</span>
                </div>
                {of === "teams" && <span class="role">{strategyName(rule.strategy)}</span>}
                {may_write && <Button onClick={() => setEditing(rule)}>Change</Button>}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {editing !== null && (
        <QueueDialog
          rule={editing}
          name={nameOf(editing.team_id)}
          teams={teams}
          onClose={() => setEditing(null)}
          onSave={async (rule) => {
            await put(rule, editing);
            setEditing(null);
          }}
        />
      )}
    </Part>
  );
}
