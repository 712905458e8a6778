/** The audit log: who did what, a day at a time, the newest first; what exactly is behind each line. */

import { useEffect, useState } from "preact/hooks";
import { dayName } from "../../../client/src/times.ts";
import { listAudit, type AuditLine } from "../../api/people.ts";
import { Blank } from "../../shared/Blank.tsx";
import { Button } from "../../shared/Button.tsx";
import { Choice } from "../../shared/Form.tsx";
import { toldOf } from "../../shared/words.ts";
import { Frame } from "../Frame.tsx";
import type { PageProps } from "../SettingsPage.tsx";
import { Entry } from "./Entry.tsx";
import { THINGS } from "./told.ts";
import "./audit.css";

export function AuditPage({ desk }: PageProps) {
  const [entries, setEntries] = useState<readonly AuditLine[]>([]);
  const [cursor, setCursor] = useState<string | null>("");
  const [entity_type, setType] = useState("");
  const [actor_id, setActor] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [is_busy, setBusy] = useState(true);

  async function load(from: string, is_current: () => boolean = () => true): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const page = await listAudit({ cursor: from, entity_type, actor_id: actor_id === "" ? null : actor_id });
      if (!is_current()) return;
      setEntries((known) => (from === "" ? page.items : [...known, ...page.items]));
      setCursor(page.next_cursor || null);
    } catch (caught) {
      if (is_current()) setError(caught);
    }
    if (is_current()) setBusy(false);
  }
  useEffect(() => {
    let is_current = true;
    void load("", () => is_current);
    return () => void (is_current = false);
  }, [entity_type, actor_id]);

  const { members, teams } = desk.directory;
  const people = [{ value: "", label: "Everybody" }, ...members.value.map(({ id, name }) => ({ value: id, label: name }))];
  const nameOf = (id: string): string => [...members.value, ...teams.value].find((each) => each.id === id)?.name ?? "";
  return (
    <Frame title="Audit log" told="Who did what, and when. Nothing in it can be changed or removed." is_wide>
      <div class="filters">
        <Choice label="What" value={entity_type} options={[{ value: "", label: "Everything" }, ...Object.entries(THINGS).map(([value, label]) => ({ value, label: capital(label) }))]} onValue={setType} is_bare />
        <Choice label="Who" value={actor_id} options={people} onValue={setActor} is_bare />
      </div>
      {error !== null && <Blank glyph="alert" title="The log could not be read" told={toldOf(error)}><Button onClick={() => void load(cursor ?? "")}>Try again</Button></Blank>}
      {error === null && entries.length === 0 && !is_busy && <Blank glyph="audit" title="Nothing here" told="What people and programs change stands here, with time and address." />}
      {days(entries).map(([day, those]) => (
        <section class="lately" key={day}>
          <h2>{day}</h2>
          <ul class="audit">
            {those.map((each) => <Entry key={each.id} entry={each} nameOf={nameOf} />)}
          </ul>
        </section>
      ))}
      {is_busy && <p class="loading" role="status">Loading…</p>}
      {!is_busy && error === null && cursor !== null && entries.length > 0 && <Button onClick={() => void load(cursor)}>Show older</Button>}
    </Frame>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The lines by their day, in the order in which they come. */
function days(entries: readonly AuditLine[]): readonly (readonly [string, readonly AuditLine[]])[] {
  const found = new Map<string, AuditLine[]>();
  for (const entry of entries) {
    const day = dayName(entry.at, Date.now());
    found.set(day, [...(found.get(day) ?? []), entry]);
  }
  return [...found];
}
