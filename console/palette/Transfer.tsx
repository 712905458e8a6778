/**
 * Hands a conversation over: whoever is chosen is asked, with a note from the one who knows it; or it is given at once,
 * where nobody needs to be asked.
 */

import { useId, useState } from "preact/hooks";
import type { AgentLine, Uuid } from "../../client/src/protocol.ts";
import { assign, handOff } from "../act/decide.ts";
import type { Desk } from "../inbox/desk.ts";
import { Button } from "../shared/Button.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { Face } from "../shared/Face.tsx";
import { Field } from "../shared/Form.tsx";
import { Glyph } from "../shared/Glyph.tsx";
import { statusWord } from "../team/choosing.ts";
import { fitting } from "./matching.ts";
import { takersOf, type Taker } from "./takers.ts";

/** The protocol's limit. */
const LONGEST_NOTE = 200;

interface Props {
  readonly desk: Desk;
  readonly conversation_id: Uuid;
  readonly onClose: () => void;
}

export function Transfer({ desk, conversation_id, onClose }: Props) {
  const field = useId();
  const [words, setWords] = useState("");
  const [id, setId] = useState<Uuid | null>(null);
  const [note, setNote] = useState("");
  const { agents, cards } = desk.inbox.value;
  const holder = cards[conversation_id]?.assigned_agent_id ?? null;
  const all = takersOf(agents, desk.directory.teams.value, [desk.me.agent_id, holder]);
  const found = fitting(all, words, ({ name }) => name, all.length);
  const chosen = all.find((each) => each.id === id) ?? null;
  const ask = (to: Taker): void => {
    onClose();
    void handOff(desk, conversation_id, to.kind === "team" ? { team_id: to.id } : { agent_id: to.id }, to, note.trim());
  };
  return (
    <Dialog label="Hand over" onClose={onClose} class="transfer">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen !== null && chosen.is_there) ask(chosen);
        }}
      >
        <div class="field">
          <label for={field}>To whom</label>
          <input id={field} dir="auto" autofocus autocomplete="off" placeholder="A colleague, a team or a bot" value={words} onInput={(event) => setWords(event.currentTarget.value)} />
        </div>
        <div class="takers" role="radiogroup" aria-label="To whom">
          {found.map((each) => (
            <label key={each.id} class="taker" data-off={!each.is_there}>
              <input type="radio" name="to" checked={each.id === id} onChange={() => setId(each.id)} />
              <Picture taker={each} agent={agents[each.id]} />
              <span class="name"><bdi>{each.name}</bdi></span>
              <span class="hint">{hintOf(each, agents[each.id])}</span>
            </label>
          ))}
          {found.length === 0 && <p class="hint" role="status">{all.length === 0 ? "Nobody else is here yet: invite colleagues, or make a team." : "Nobody of that name."}</p>}
        </div>
        <Field label="Note" rows={2} most={LONGEST_NOTE} placeholder="What they should know" hint="For whoever takes over; only the team sees this." value={note} onValue={setNote} />
        <div class="ends">
          <Button kind="primary" type="submit" is_disabled={chosen === null || !chosen.is_there}>{wayOf(chosen)}</Button>
          {chosen?.kind === "person" && desk.may("conversation.assign") && (
            <Button
              title="Without asking, and without the note"
              onClick={() => {
                onClose();
                void assign(desk, conversation_id, { agent_id: chosen.id }, chosen.name);
              }}
            >
              Give at once
            </Button>
          )}
        </div>
        {chosen !== null && !chosen.is_there && (
          <p class="hint" role="status"><bdi>{chosen.name}</bdi> is not there to be asked{chosen.kind === "person" ? ", but can be given it at once" : ""}.</p>
        )}
      </form>
    </Dialog>
  );
}

const wayOf = (chosen: Taker | null): string => (chosen === null || chosen.kind === "person" ? "Ask to take over" : "Hand over");

function Picture({ taker, agent }: { taker: Taker; agent: AgentLine | undefined }) {
  if (taker.kind === "team") return <Glyph name="team" />;
  const status = taker.kind === "bot" ? null : (agent?.status ?? null);
  return <Face id={taker.id} name={taker.name} url={agent?.avatar_url ?? null} of={taker.kind === "bot" ? "bot" : "person"} size={20} status={status} />;
}

/** "Away: lunch · 2 of 4": whether they are there, and what they carry of what they can. */
function hintOf(taker: Taker, agent: AgentLine | undefined): string {
  if (taker.kind === "team") return "Team: whoever is next";
  if (agent === undefined) return "";
  const load = `${agent.active_load} of ${agent.max_load}`;
  if (taker.kind === "bot") return taker.is_there ? `Bot · ${load}` : "Bot, not connected";
  const why = agent.status !== "offline" && agent.reason ? `: ${agent.reason}` : "";
  return `${statusWord(agent.status)}${why} · ${load}`;
}
