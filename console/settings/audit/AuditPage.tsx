/** The audit log: who changed what, newest first. */

import { useEffect, useState } from "preact/hooks";
import { listAudit, type AuditLine } from "../../api/people.ts";
import { momentOf } from "../../shared/ages.ts";
import { Blank } from "../../shared/Blank.tsx";
import { Button } from "../../shared/Button.tsx";
import { Choice } from "../../shared/Form.tsx";
import { toldOf } from "../../shared/words.ts";
import { Frame } from "../Frame.tsx";
import type { PageProps } from "../SettingsPage.tsx";
import { THINGS, whatChanged, whatWasDone } from "./told.ts";

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

  const people = [{ value: "", label: "Everybody" }, ...desk.directory.members.value.map(({ id, name }) => ({ value: id, label: name }))];
  return (
    <Frame title="Audit log" told="Who changed what, and when. Nothing in it can be changed or removed." is_wide>
      <div class="filters">
        <Choice label="What" value={entity_type} options={[{ value: "", label: "Everything" }, ...Object.entries(THINGS).map(([value, label]) => ({ value, label }))]} onValue={setType} is_bare />
        <Choice label="Who" value={actor_id} options={people} onValue={setActor} is_bare />
      </div>
      {error !== null && <Blank glyph="alert" title="The log could not be read" told={toldOf(error)}><Button onClick={() => void load(cursor ?? "")}>Try again</Button></Blank>}
      {error === null && entries.length === 0 && !is_busy && <Blank glyph="audit" title="Nothing here" told="What people and programs change stands here, with time and address." />}
      {entries.length > 0 && (
        <div class="table" tabIndex={0} role="region" aria-label="Audit log">
          <table>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Who</th>
                <th scope="col">Did what</th>
                <th scope="col">Address</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <tr key={entry.id}>
                  <td><time dateTime={new Date(entry.at).toISOString()}>{momentOf(entry.at)}</time></td>
                  <td><bdi>{entry.actor_name || "The system"}</bdi></td>
                  <td>
                    {whatWasDone(entry)}
                    {whatChanged(entry) !== "" && <span class="hint">: {whatChanged(entry)}</span>}
                  </td>
                  <td title={entry.user_agent}>{entry.address}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {is_busy && <p class="loading" role="status">Loading…</p>}
      {!is_busy && error === null && cursor !== null && entries.length > 0 && <Button onClick={() => void load(cursor)}>Show older</Button>}
    </Frame>
  );
}
