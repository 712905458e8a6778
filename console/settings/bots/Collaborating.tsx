/** How a bot works with others: whom it asks before it answers, or who approves what it says. */

import type { CollaborationSetup, CollaborationType } from "../../../client/src/protocol.ts";
import { changeBot, listBots, type ConfiguredBot } from "../../api/people.ts";
import { Check, Choice, Field, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { useResource } from "../../shared/resource.ts";
import { Part } from "../Frame.tsx";

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

export function Collaborating({ bot, may_write, onBot }: { bot: ConfiguredBot; may_write: boolean; onBot: (bot: ConfiguredBot) => void }) {
  const others = useResource(listBots);
  const known: CollaborationSetup | null = bot.configuration.collaboration ?? null;
  const initial = {
    kind: (known?.type ?? "alone") as Kind,
    agent_ids: known?.agent_ids ?? [],
    seconds: known?.seconds == null ? "" : String(known.seconds),
    rounds: String(known?.rounds ?? 3),
  };
  const form = useForm(initial, async ({ kind, agent_ids, seconds, rounds }) =>
    onBot(
      await changeBot(bot.id, {
        collaboration: kind === "alone" ? null : { type: kind, agent_ids, seconds: seconds === "" ? null : Number(seconds), rounds: Number(rounds) },
      }),
    ),
  );
  const { values, set } = form;
  const { kind, agent_ids } = values;
  return (
    <Part title="With others" told="Visitors read one answer, in this bot's name.">
      <fieldset class="bare" disabled={!may_write}>
        <Form form={form} save="Save" label="How it works with others">
          <Choice label="Before it answers" value={kind} options={KINDS} onValue={(value) => set("kind", value)} />
          {kind === "verification" && <p class="hint">Members approve, change or reject in the conversation. Bots that are chosen here all have to approve, too.</p>}
          {kind !== "alone" && (
            <>
              {(others.value ?? []).filter(({ id }) => id !== bot.id).map(({ id, name }) => (
                <Check
                  key={id}
                  label={<bdi>{name}</bdi>}
                  value={agent_ids.includes(id)}
                  is_disabled={!agent_ids.includes(id) && agent_ids.length >= MOST}
                  onValue={(value) => set("agent_ids", value ? [...agent_ids, id] : agent_ids.filter((each) => each !== id))}
                />
              ))}
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
