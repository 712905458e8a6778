/** Whom a conversation is given to, how urgent it is, and what it is about. */

import { useEffect } from "preact/hooks";
import type { AgentLine, Uuid } from "../../client/src/protocol.ts";
import { assign, classify, prioritize } from "../act/decide.ts";
import type { Desk } from "../inbox/desk.ts";
import { Face } from "../shared/Face.tsx";
import { PRIORITIES, PriorityMark } from "../shared/PriorityMark.tsx";
import { categoryName } from "../settings/types/categories.ts";
import { statusWord } from "../team/choosing.ts";
import { fitting } from "./matching.ts";
import { Picker, type Option } from "./Picker.tsx";

interface Props {
  readonly desk: Desk;
  readonly conversation_id: Uuid;
  readonly onClose: () => void;
}

export function AssignPicker({ desk, conversation_id, onClose }: Props) {
  const { directory, me } = desk;
  const { agents, cards } = desk.inbox.value;
  const card = cards[conversation_id];
  // Who only looks on can hold nothing; oneself comes first.
  const people = directory.members.value
    .filter((member) => member.is_active && member.role !== "viewer")
    .sort((a, b) => Number(b.id === me.agent_id) - Number(a.id === me.agent_id) || a.name.localeCompare(b.name));
  const groups = (words: string) => [
    {
      title: "People",
      options: fitting(people, words, ({ name, email }) => `${name} ${email ?? ""}`).map((member): Option => ({
        key: member.id,
        label: member.id === me.agent_id ? `${member.name} (you)` : member.name,
        hint: hintOf(agents[member.id], member.email ?? ""),
        picture: <Face id={member.id} name={member.name} url={member.avatar_url ?? null} size={20} status={agents[member.id]?.status ?? null} />,
        is_chosen: card?.assigned_agent_id === member.id,
        run: () => void assign(desk, conversation_id, { agent_id: member.id }, member.id === me.agent_id ? "you" : member.name),
      })),
    },
    {
      title: "Teams",
      options: fitting(directory.teams.value, words, (team) => team.name).map((team): Option => ({
        key: team.id,
        label: team.name,
        hint: team.description || undefined,
        glyph: "team",
        is_chosen: card?.assigned_team_id === team.id && (card.assigned_agent_id ?? null) === null,
        run: () => void assign(desk, conversation_id, { team_id: team.id }, team.name),
      })),
    },
  ];
  return (
    <Picker
      label="Assign to"
      placeholder="Assign to a person or a team…"
      groups={groups}
      nothing={() => "Nobody of that name works here."}
      onClose={onClose}
    />
  );
}

/** Whoever is not there is said to be so before a conversation is given to them. */
function hintOf(agent: AgentLine | undefined, email: string): string {
  if (agent === undefined || agent.status === "online") return email;
  const why = agent.status === "offline" ? "" : agent.reason;
  return [statusWord(agent.status) + (why ? `: ${why}` : ""), email].filter((part) => part !== "").join(" · ");
}

export function PriorityPicker({ desk, conversation_id, onClose }: Props) {
  const now = desk.inbox.value.cards[conversation_id]?.priority;
  const all = PRIORITIES.map((name, priority) => ({ name, priority })).slice(1).reverse();
  const groups = (words: string) => [
    {
      title: "",
      options: fitting(all, words, ({ name }) => name).map(({ name, priority }): Option => ({
        key: name,
        label: name,
        picture: <PriorityMark priority={priority} is_always />,
        is_chosen: priority === now,
        run: () => void prioritize(desk, conversation_id, priority),
      })),
    },
  ];
  return <Picker label="Priority" placeholder="Set the priority…" groups={groups} nothing={() => "There is no such priority."} onClose={onClose} />;
}

export function TypePicker({ desk, conversation_id, onClose }: Props) {
  useEffect(desk.directory.wantTypes, []);
  const now = desk.inbox.value.cards[conversation_id]?.interaction_type_id ?? null;
  const types = [...desk.directory.types.value].sort((a, b) => a.name.localeCompare(b.name));
  const groups = (words: string) => [
    {
      title: "",
      options: fitting(types, words, ({ name, code, keywords }) => `${name} ${code} ${keywords.join(" ")}`).map((each): Option => ({
        key: each.id,
        label: each.name,
        hint: categoryName(each.category),
        glyph: "flag",
        is_chosen: each.id === now,
        run: () => void classify(desk, conversation_id, each.id),
      })),
    },
    {
      title: "",
      options: now === null || words !== "" ? [] : [{ key: "none", label: "Not known", glyph: "close" as const, run: () => void classify(desk, conversation_id, null) }],
    },
  ];
  const nothing = (): string => (types.length === 0 ? "There are no types yet. Leads add them under Settings, Interaction types." : "There is no such type.");
  return <Picker label="What it is about" placeholder="What is it about…" groups={groups} nothing={nothing} onClose={onClose} />;
}
