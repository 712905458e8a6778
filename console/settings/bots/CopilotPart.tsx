/** Whom a bot helps: it reads along in their conversations and suggests answers; and what became of them. */

import { useEffect } from "preact/hooks";
import type { Copilot, Uuid } from "../../../client/src/protocol.ts";
import { changeBot, type ConfiguredBot } from "../../api/people.ts";
import type { Desk } from "../../inbox/desk.ts";
import { Choice, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { Part } from "../Frame.tsx";
import { CopilotFigure } from "./CopilotFigure.tsx";

const WHOM: readonly { readonly value: Copilot; readonly label: string }[] = [
  { value: "nobody", label: "Nobody" },
  { value: "member", label: "One member" },
  { value: "team", label: "The members of a team" },
  { value: "everybody", label: "Everybody" },
];

interface Props {
  readonly desk: Desk;
  readonly bot: ConfiguredBot;
  readonly may_write: boolean;
  readonly onBot: (bot: ConfiguredBot) => void;
}

export function CopilotPart({ desk, bot, may_write, onBot }: Props) {
  const { copilot = "nobody", copilot_for = null, copilot_team_id = null } = bot.configuration;
  const { members, teams } = desk.directory;
  useEffect(() => desk.directory.wantPeople(), []);
  const form = useForm({ copilot, member: (copilot_for ?? "") as Uuid, team: (copilot_team_id ?? "") as Uuid }, async (values) =>
    onBot(
      await changeBot(bot.id, {
        copilot: values.copilot,
        copilot_for: values.copilot === "member" ? values.member : null,
        copilot_team_id: values.copilot === "team" ? values.team : null,
      }),
    ),
  );
  const { values, set } = form;
  const some = (options: readonly { readonly id: Uuid; readonly name: string }[], chosen: Uuid) => [
    ...(chosen === "" ? [{ value: "", label: "Choose …" }] : []),
    ...options.map(({ id, name }) => ({ value: id, label: name })),
  ];
  return (
    <Part title="Co-pilot" told="The bot reads along where these people answer, and suggests what they might say. Visitors hear nothing of it.">
      <fieldset class="bare" disabled={!may_write}>
        <Form form={form} save="Save" label="Whom it helps">
          <div class="pair">
            <Choice label="Helps" value={values.copilot} options={WHOM} onValue={(value) => set("copilot", value)} />
            {values.copilot === "member" && <Choice label="Who" is_required value={values.member} options={some(members.value.filter((each) => each.is_active), values.member)} onValue={(value) => set("member", value)} />}
            {values.copilot === "team" && <Choice label="Which team" is_required value={values.team} options={some(teams.value, values.team)} onValue={(value) => set("team", value)} />}
          </div>
        </Form>
      </fieldset>
      <CopilotFigure bot_id={bot.id} />
    </Part>
  );
}
