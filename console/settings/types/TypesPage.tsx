/** What conversations are about: the catalogue that they are sorted by. */

import { useState } from "preact/hooks";
import { addInteractionType, listInteractionTypes, removeInteractionType, type InteractionType } from "../../api/interactions.ts";
import { fitting } from "../../palette/matching.ts";
import { Blank } from "../../shared/Blank.tsx";
import { Button } from "../../shared/Button.tsx";
import { useResource } from "../../shared/resource.ts";
import { say, sayTrouble } from "../../shared/toasts.tsx";
import { toldOf } from "../../shared/words.ts";
import { Frame, Loaded } from "../Frame.tsx";
import { PAGES } from "../pages.ts";
import type { PageProps } from "../SettingsPage.tsx";
import { categoryName } from "./categories.ts";
import { TypeDialog } from "./TypeDialog.tsx";

/** From so many on a field to narrow them is of use. */
const MANY = 6;

export function TypesPage({ desk }: PageProps) {
  const types = useResource(listInteractionTypes);
  const [editing, setEditing] = useState<InteractionType | "new" | null>(null);
  const [words, setWords] = useState("");
  const may_write = desk.may("interaction_type.write");

  function changed(): void {
    types.again();
    desk.directory.forgetTypes();
  }
  async function remove({ id, ...each }: InteractionType): Promise<void> {
    try {
      await removeInteractionType(id);
      changed();
      say(`“${each.name}” was removed.`, () => {
        addInteractionType(each).then(changed, (error: unknown) => sayTrouble(toldOf(error)));
      });
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }

  return (
    <Frame
      title={PAGES.types.title}
      told={PAGES.types.told}
      actions={may_write && <Button kind="primary" glyph="plus" onClick={() => setEditing("new")}>New type</Button>}
      is_wide
    >
      <Loaded resource={types}>
        {(known) => (
          <>
            {known.length === 0 && (
              <Blank glyph="flag" title="No types yet" told="Name what people come with: where a parcel is, a wrong bill, how something works. Then the figures tell what takes how long.">
                {may_write && <Button onClick={() => setEditing("new")}>Add the first</Button>}
              </Blank>
            )}
            {known.length >= MANY && (
              <input class="narrowing" type="search" aria-label="Narrow the list" placeholder="Narrow the list" value={words} onInput={(event) => setWords(event.currentTarget.value)} />
            )}
            <ul class="rows">
              {fitting([...known].sort((a, b) => a.name.localeCompare(b.name)), words, (each) => `${each.name} ${each.code} ${each.category} ${each.keywords.join(" ")}`, 500).map((each) => (
                <li key={each.id}>
                  <div class="what">
                    <strong>
                      <bdi>{each.name}</bdi>
                      <span class="tag">{categoryName(each.category)}</span>
                    </strong>
                    <span class="two"><bdi>{factsOf(each)}</bdi></span>
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
        <TypeDialog
          type={editing === "new" ? null : editing}
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

/** "parcel · Delivery · high complexity · needs a person · skill: returns · said with: parcel, tracking" */
function factsOf({ code, sub_category, complexity, requires_human, requires_auth, is_business_critical, required_skill, keywords }: InteractionType): string {
  return [
    code,
    sub_category,
    complexity !== "medium" && `${complexity} complexity`,
    is_business_critical && "critical for the business",
    requires_human && "needs a person",
    requires_auth && "needs to know who it is",
    required_skill && `skill: ${required_skill}`,
    keywords.length > 0 && `said with: ${keywords.join(", ")}`,
  ].filter(Boolean).join(" · ");
}
