/** Answers that are ready: found by / in a reply. */

import { useState } from "preact/hooks";
import { addCanned, listCanned, removeCanned, type CannedResponse } from "../../api/chat.ts";
import { fitting } from "../../palette/matching.ts";
import { Blank } from "../../shared/Blank.tsx";
import { Button } from "../../shared/Button.tsx";
import { longAge } from "../../shared/ages.ts";
import { useResource } from "../../shared/resource.ts";
import { say, sayTrouble } from "../../shared/toasts.tsx";
import { useNow } from "../../shared/useNow.ts";
import { toldOf } from "../../shared/words.ts";
import { Frame, Loaded } from "../Frame.tsx";
import type { PageProps } from "../SettingsPage.tsx";
import { CannedDialog } from "./CannedDialog.tsx";

/** From so many on a field to narrow them is of use. */
const MANY = 6;

export function CannedPage({ desk }: PageProps) {
  const canned = useResource(listCanned);
  const [editing, setEditing] = useState<CannedResponse | "new" | null>(null);
  const [words, setWords] = useState("");
  const now = useNow();
  const may_write = desk.may("canned_response.write");

  function changed(): void {
    canned.again();
    desk.directory.forgetCanned();
  }
  async function remove(each: CannedResponse): Promise<void> {
    try {
      await removeCanned(each.id);
      changed();
      const { name, shortcut, category, content, team_id } = each;
      say(`“${name}” was removed.`, () => {
        addCanned({ name, shortcut, category, content, team_id }).then(changed, (error: unknown) => sayTrouble(toldOf(error)));
      });
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }

  return (
    <Frame
      title="Canned responses"
      told={<>Answers that are ready. Type <kbd>/</kbd> in a reply to find and use one.</>}
      actions={may_write && <Button kind="primary" glyph="plus" onClick={() => setEditing("new")}>New response</Button>}
      is_wide
    >
      <Loaded resource={canned}>
        {(known) => (
          <>
            {known.length === 0 && (
              <Blank glyph="canned" title="No canned responses yet" told="Write down what you answer every day: opening hours, how to return something, a kind goodbye.">
                {may_write && <Button onClick={() => setEditing("new")}>Write the first</Button>}
              </Blank>
            )}
            {known.length >= MANY && (
              <input class="narrowing" type="search" aria-label="Narrow the list" placeholder="Narrow the list" value={words} onInput={(event) => setWords(event.currentTarget.value)} />
            )}
            <ul class="rows">
              {fitting([...known].sort((a, b) => a.name.localeCompare(b.name)), words, (each) => `${each.name} ${each.shortcut ?? ""} ${each.category ?? ""} ${each.content}`, 500).map((each) => (
                <li key={each.id}>
                  <div class="what">
                    <strong>
                      <bdi>{each.name}</bdi>
                      {each.shortcut !== null && each.shortcut !== "" && <code>/{each.shortcut.replace(/^\//, "")}</code>}
                      {each.category !== null && each.category !== "" && <span class="tag"><bdi>{each.category}</bdi></span>}
                    </strong>
                    <span class="two"><bdi>{each.content}</bdi></span>
                  </div>
                  {each.last_used_at != null && <span class="role">used {longAge(each.last_used_at, now)}</span>}
                  {may_write && <Button onClick={() => setEditing(each)}>Change</Button>}
                  {may_write && <Button onClick={() => void remove(each)}>Remove</Button>}
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
      {editing !== null && (
        <CannedDialog
          canned={editing === "new" ? null : editing}
          teams={desk.directory.teams.value}
          me={desk.me}
          onClose={() => setEditing(null)}
          onSaved={() => {
            setEditing(null);
            changed();
          }}
        />
      )}
    </Frame>
  );
}
