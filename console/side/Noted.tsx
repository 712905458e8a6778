/** Facts that bots and people noted, about the conversation and about whom it is with; whoever may tag may change them. */

import { ApiError } from "../../client/src/errors.ts";
import type { Uuid } from "../../client/src/protocol.ts";
import type { Conversation } from "../../client/src/rest.ts";
import { noteFacts } from "../act/decide.ts";
import type { Desk } from "../inbox/desk.ts";
import { factName, factTold, type Fact } from "../shared/facts.ts";
import { EditableLine } from "./EditableLine.tsx";

interface Props {
  readonly desk: Desk;
  readonly conversation_id: Uuid;
  readonly known: Pick<Conversation, "attributes" | "contact">;
}

export function Noted({ desk, conversation_id, known }: Props) {
  const may_write = desk.may("conversation.tag");
  const of_contact = known.contact?.attributes ?? {};
  // Where both say something under one name, what is newer and nearer is the conversation's.
  const facts = Object.entries({ ...of_contact, ...known.attributes }) as [string, Fact][];
  async function note(name: string, text: string, before: Fact): Promise<void> {
    const fact = { [name]: text === "" ? null : factOf(text, before) };
    await noteFacts(desk, conversation_id, name in known.attributes || !(name in of_contact) ? { attributes: fact } : { contact_attributes: fact });
  }
  return (
    <>
      {facts.sort(([a], [b]) => a.localeCompare(b)).map(([name, value]) => (
        <div key={name}>
          <dt>{factName(name)}</dt>
          <dd>
            <EditableLine label={factName(name)} value={factTold(value)} empty="Nothing" may_write={may_write} onSave={(text) => note(name, text, value)} />
          </dd>
        </div>
      ))}
      {may_write && (
        <div>
          <dt>Facts</dt>
          <dd>
            <EditableLine label="A fact, as name: value" value="" empty="Note a fact" may_write onSave={(text) => note(...parted(text), null)} />
          </dd>
        </div>
      )}
    </>
  );
}

/** What was typed, of the kind that the fact had before. */
function factOf(text: string, before: Fact): Fact {
  if (typeof before === "boolean" && ["yes", "no"].includes(text)) return text === "yes";
  if (typeof before === "number" && Number.isFinite(Number(text))) return Number(text);
  return text;
}

/** `Order number: 1041` as name and value, spelled as names of facts are. */
function parted(text: string): [string, string] {
  const [, name = "", value = ""] = /^([^:=]+)[:=](.+)$/s.exec(text) ?? [];
  const spelled = name.trim().toLowerCase().replaceAll(/\s+/g, "_");
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(spelled) || value.trim() === "") throw new ApiError(0, "invalid", "write it as name: value, the name in plain letters");
  return [spelled, value.trim()];
}
