/** How a bot works with others: whom it asks before it answers, or who approves what it says. */

import { useEffect } from "preact/hooks";
import type { CollaborationSetup, CollaborationType, Uuid } from "../../../client/src/protocol.ts";
import { changeBot, listBots, type ConfiguredBot } from "../../api/people.ts";
import type { Desk } from "../../inbox/desk.ts";
import { Choice, Field, Form, Several } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { useResource } from "../../shared/resource.ts";
import { Part } from "../Frame.tsx";
import { Verifying } from "./Verifying.tsx";

type Kind = CollaborationType | "alone";
const KINDS: readonly { readonly value: Kind; readonly label: string }[] = [
  { value: "alone", label: "Answers alone" },
  { value: "verification", label: "Says only what is approved" },
  { value: "parallel", label: "Asks others, all at once" },
  { value: "sequential", label: "Asks others, one after the other" },
  { value: "expert_panel", label: "Asks each for its own field" },
  { value: "debate", label: "Has others debate until they agree" },
];
const MOST = 8;

interface Props {
  readonly desk: Desk;
  readonly bot: ConfiguredBot;
  readonly may_write: boolean;
  readonly onBot: (bot: ConfiguredBot) => void;
}

export function Collaborating({ desk, bot, may_write, onBot }: Props) {
  useEffect(() => desk.directory.wantPeople(), []);
  const others = useResource(listBots);
  const known: CollaborationSetup | null = bot.configuration.collaboration ?? null;
  const initial = {
    kind: (known?.type ?? "alone") as Kind,
    agent_ids: known?.agent_ids ?? [],
    seconds: known?.seconds == null ? "" : String(known.seconds),
    rounds: String(known?.rounds ?? 3),
    verifiers: known?.verifiers ?? ("anybody" as const),
    member_ids: known?.member_ids ?? [],
    team_id: (known?.team_id ?? "") as Uuid,
  };
  const form = useForm(initial, async ({ kind, agent_ids, seconds, rounds, verifiers, member_ids, team_id }) =>
    onBot(
      await changeBot(bot.id, {
        collaboration: kind === "alone" ? null : {
          type: kind, agent_ids, seconds: seconds === "" ? null : Number(seconds), rounds: Number(rounds),
          verifiers, member_ids, team_id: team_id === "" ? null : team_id,
        },
      }),
    ),
  );
  const { values, set } = form;
  const { kind, agent_ids } = values;
  const able = (others.value ?? []).filter(({ id }) => id !== bot.id);
  return (
    <Part title="With others" told="Visitors read one answer, in this bot's name.">
      <fieldset class="bare" disabled={!may_write}>
        <Form form={form} save="Save" label="How it works with others">
          <Choice label="Before it answers" value={kind} options={KINDS} onValue={(value) => set("kind", value)} />
          {kind === "verification" && (
            <Verifying
              desk={desk}
              verifiers={values.verifiers}
              member_ids={values.member_ids}
              team_id={values.team_id}
              onVerifiers={(value) => set("verifiers", value)}
              onMembers={(ids) => set("member_ids", ids)}
              onTeam={(id) => set("team_id", id)}
            />
          )}
          {kind !== "alone" && (
            <>
              {able.length > 0 && (
                <Several
                  legend={kind === "verification" ? "Bots that all have to approve, too" : "Bots"}
                  options={able.map(({ id, name }) => ({ id, label: <bdi>{name}</bdi> }))}
                  chosen={agent_ids}
                  most={MOST}
                  onChosen={(ids) => set("agent_ids", ids)}
                />
              )}
              <div class="pair">
                <Field label="Seconds" type="number" value={values.seconds} onValue={(value) => set("seconds", value)} hint="Left out: 60 where members approve, 15 where bots are asked." />
                {kind === "debate" && <Field label="Rounds" type="number" value={values.rounds} onValue={(value) => set("rounds", value)} hint="One to five." />}
              </div>
            </>
          )}
        </Form>
      </fieldset>
    </Part>
  );
}
