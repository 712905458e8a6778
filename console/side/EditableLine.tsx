/** One line that becomes a field when it is pressed: Enter or leaving saves, Escape leaves all as it was. */

import type { InputHTMLAttributes } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Address } from "../shared/Address.tsx";
import { Glyph, type GlyphName } from "../shared/Glyph.tsx";
import { toldOf } from "../shared/words.ts";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly empty: string;
  readonly may_write: boolean;
  readonly onSave: (value: string) => Promise<void>;
  readonly type?: "text" | "email" | "tel";
  readonly glyph?: GlyphName;
  readonly is_title?: boolean;
}

export function EditableLine({ label, value, empty, may_write, onSave, type = "text", glyph, is_title = false }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  const [trouble, setTrouble] = useState("");
  const [is_busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const line = useRef<HTMLButtonElement>(null);
  // A field that goes from the page loses the focus once more, which must not save what Escape has thrown away.
  const is_done = useRef(true);
  const is_editing = typed !== null;
  useLayoutEffect(() => {
    if (is_editing) field.current?.select();
  }, [is_editing]);

  async function save(): Promise<void> {
    if (typed === null || is_busy || is_done.current) return;
    const next = typed.trim();
    if (next === value) return done();
    setBusy(true);
    setTrouble("");
    try {
      await onSave(next);
      done();
    } catch (error) {
      setTrouble(toldOf(error));
    }
    setBusy(false);
  }
  function edit(): void {
    is_done.current = false;
    setTyped(value);
  }
  function done(): void {
    is_done.current = true;
    setTyped(null);
    setTrouble("");
    requestAnimationFrame(() => document.activeElement === document.body && line.current?.focus());
  }

  const shown = (
    <>
      {glyph !== undefined && <Glyph name={glyph} />}
      <span class={value === "" ? "text none" : "text"}><bdi><Address text={value || empty} /></bdi></span>
    </>
  );
  const of_kind = is_title ? "line title" : "line";
  if (!may_write) return value === "" && !is_title ? null : <p class={of_kind} title={label}>{shown}</p>;
  if (typed === null) {
    return (
      <button type="button" ref={line} class={of_kind} aria-label={value === "" ? empty : `${label}: ${value}. Change it`} onClick={edit}>
        {shown}
        <Glyph name="pencil" size={14} />
      </button>
    );
  }
  return (
    <div class={of_kind}>
      <input
        ref={field}
        {...({ type } as InputHTMLAttributes<HTMLInputElement>)}
        dir="auto"
        aria-label={label}
        aria-invalid={trouble !== ""}
        value={typed}
        disabled={is_busy}
        maxLength={254}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => void save()}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.isComposing) void save();
          if (event.key === "Escape") {
            event.stopPropagation();
            done();
          }
        }}
      />
      {trouble !== "" && <p class="trouble" role="alert">{trouble}</p>}
    </div>
  );
}
