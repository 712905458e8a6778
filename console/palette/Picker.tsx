/** A field and a list under it: type to narrow it, arrows move, Enter chooses. Palette and choosers are made of it. */

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Dialog } from "../shared/Dialog.tsx";
import { Glyph, type GlyphName } from "../shared/Glyph.tsx";

export interface Option {
  readonly key: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly glyph?: GlyphName;
  readonly picture?: ComponentChildren;
  readonly keys?: string | undefined;
  /** It is so already. */
  readonly is_chosen?: boolean;
  /** The list stays open, to choose more. */
  readonly stays?: boolean;
  run(): void;
}

export interface OptionGroup {
  readonly title: string;
  readonly options: readonly Option[];
}

interface Props {
  readonly label: string;
  readonly placeholder: string;
  readonly groups: (words: string) => readonly OptionGroup[];
  readonly nothing: (words: string) => string;
  readonly onClose: () => void;
  readonly onWords?: (words: string) => void;
  readonly most?: number;
}

export function Picker({ label, placeholder, groups, nothing, onClose, onWords, most = 200 }: Props) {
  const id = useId();
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = groups(words).filter((group) => group.options.length > 0);
  const flat = found.flatMap((group) => group.options);
  const here = Math.min(at, Math.max(0, flat.length - 1));
  useLayoutEffect(() => list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" }), [here, words]);

  const pick = (option: Option | undefined): void => {
    if (option === undefined) return;
    if (option.stays !== true) onClose();
    option.run();
    if (option.stays !== true) return;
    setWords("");
    onWords?.("");
  };

  function press(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      setAt(flat.length === 0 ? 0 : (here + by + flat.length) % flat.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      pick(flat[here]);
    }
  }

  return (
    <Dialog label={label} onClose={onClose} class="picker" is_bare>
      <div class="ask">
        <Glyph name="search" />
        <input
          role="combobox"
          aria-label={label}
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={flat.length > 0 ? `${id}-${here}` : undefined}
          aria-autocomplete="list"
          autocomplete="off"
          spellcheck={false}
          autofocus
          placeholder={placeholder}
          maxLength={most}
          value={words}
          onInput={(event) => {
            setWords(event.currentTarget.value);
            setAt(0);
            onWords?.(event.currentTarget.value);
          }}
          onKeyDown={press}
        />
        <kbd>Esc</kbd>
      </div>
      <div class="options" role="listbox" id={id} aria-label={label} ref={list}>
        {found.map((group) => (
          <div role="group" aria-label={group.title} key={group.title}>
            {group.title !== "" && <p class="title" aria-hidden="true">{group.title}</p>}
            {group.options.map((option) => {
              const place = flat.indexOf(option);
              return (
                <div
                  key={option.key}
                  id={`${id}-${place}`}
                  class="option"
                  role="option"
                  aria-selected={place === here}
                  onPointerMove={() => place !== here && setAt(place)}
                  onClick={() => pick(option)}
                >
                  {option.picture ?? (option.glyph !== undefined && <Glyph name={option.glyph} />)}
                  <span class="label"><bdi>{option.label}</bdi></span>
                  {option.hint !== undefined && <span class="hint"><bdi>{option.hint}</bdi></span>}
                  {option.is_chosen === true && <Glyph name="check" label="chosen" />}
                  {option.keys !== undefined && <kbd>{option.keys}</kbd>}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      {flat.length === 0 && <p class="nothing" role="status">{nothing(words)}</p>}
    </Dialog>
  );
}
