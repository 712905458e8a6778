/** What visitors want, in the company's own words: taught by sentences, and tried with others. */

import { useState } from "preact/hooks";
import type { NewIntent } from "../../../client/src/rest.ts";
import { addIntent, listIntents, removeIntent, type Intent } from "../../api/intents.ts";
import { Blank } from "../../shared/Blank.tsx";
import { Button } from "../../shared/Button.tsx";
import { useResource } from "../../shared/resource.ts";
import { say, sayTrouble } from "../../shared/toasts.tsx";
import { toldOf } from "../../shared/words.ts";
import { Frame, Loaded } from "../Frame.tsx";
import { PAGES } from "../pages.ts";
import type { PageProps } from "../SettingsPage.tsx";
import { IntentDialog } from "./IntentDialog.tsx";
import { SUGGESTIONS } from "./suggestions.ts";
import { TrySentence } from "./TrySentence.tsx";

export function IntentsPage({ desk }: PageProps) {
  const intents = useResource(listIntents);
  const [editing, setEditing] = useState<Intent | "new" | null>(null);
  const may_write = desk.may("intent.write");

  async function add(each: NewIntent): Promise<void> {
    try {
      await addIntent(each);
      intents.again();
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  async function remove({ id, ...each }: Intent): Promise<void> {
    try {
      await removeIntent(id);
      intents.again();
      say(`“${each.name}” was removed.`, () => void add(each));
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }

  return (
    <Frame
      title={PAGES.intents.title}
      told={PAGES.intents.told}
      actions={may_write && <Button kind="primary" glyph="plus" onClick={() => setEditing("new")}>New intent</Button>}
      is_wide
    >
      <TrySentence />
      <Loaded resource={intents}>
        {(known) => (
          <>
            {known.length === 0 && (
              <Blank glyph="search" title="No intents yet" told="Name what visitors come for, and give a few sentences for each. Then conversations say what is wanted before anybody has read them.">
                {may_write && (
                  <div class="suggested">
                    {SUGGESTIONS.map((each) => <Button key={each.name} glyph="plus" onClick={() => void add(each)}>{each.name}</Button>)}
                  </div>
                )}
              </Blank>
            )}
            <ul class="rows">
              {known.map((each) => (
                <li key={each.id}>
                  <div class="what">
                    <strong>
                      <bdi>{each.name}</bdi>
                      {!each.is_active && <span class="tag">switched off</span>}
                    </strong>
                    <span class="two"><bdi>{[each.description, each.examples.join(" · ")].filter(Boolean).join(": ")}</bdi></span>
                  </div>
                  {may_write && <Button onClick={() => setEditing(each)}>Change</Button>}
                  {may_write && <Button onClick={() => void remove(each)}>Remove</Button>}
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
      {editing !== null && (
        <IntentDialog
          desk={desk}
          intent={editing === "new" ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={() => {
            setEditing(null);
            intents.again();
          }}
        />
      )}
    </Frame>
  );
}
