/** All keys on one sheet, from the same table that the keyboard obeys. */

import { ACTIONS, type Group } from "../act/actions.ts";
import { Dialog } from "../shared/Dialog.tsx";

const GROUPS: readonly Group[] = ["Move", "Conversation", "Go to", "You", "Help"];

const WRITING = [
  { keys: "Enter", told: "Send" },
  { keys: "Shift+Enter", told: "New line" },
  { keys: "/", told: "Canned responses, at the start of a word" },
  { keys: "ArrowUp", told: "Edit what you said last, in an empty field" },
  { keys: "Alt+Enter", told: "Use what a bot suggests" },
  { keys: "Escape", told: "Put away what a bot suggests, or leave the field" },
] as const;

export function Sheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog label="Keyboard shortcuts" onClose={onClose} class="sheet">
      <div class="columns">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {ACTIONS.filter((action) => action.group === group && action.keys.length > 0).map((action) => (
                <Line key={action.told} told={action.told} keys={action.keys} />
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>Writing</h3>
          <dl>{WRITING.map(({ keys, told }) => <Line key={keys} told={told} keys={[keys]} />)}</dl>
        </section>
      </div>
    </Dialog>
  );
}

const NAMES: Readonly<Record<string, string>> = { D: "Shift D", ArrowDown: "↓", ArrowUp: "↑", Escape: "Esc" };

function Line({ told, keys }: { told: string; keys: readonly string[] }) {
  return (
    <div>
      <dt>{told}</dt>
      <dd>
        {keys.map((each, index) => (
          <span key={each}>
            {index > 0 && <i> or </i>}
            {each.split(/[ +]/).map((key) => <kbd key={key}>{NAMES[key] ?? key}</kbd>)}
          </span>
        ))}
      </dd>
    </div>
  );
}
