/** Something to take along: shown whole, and copied by a button that tells. */

import { useRef, useState } from "preact/hooks";
import { Button } from "./Button.tsx";

export function CopyField({ label, text, is_code = false }: { label: string; text: string; is_code?: boolean }) {
  const [told, setTold] = useState("");
  const shown = useRef<HTMLElement>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setTold("Copied");
    } catch {
      // Without the clipboard the text is chosen, so that the person's own copying takes it.
      if (shown.current !== null) getSelection()?.selectAllChildren(shown.current);
      setTold("Press Ctrl-C");
    }
    setTimeout(() => setTold(""), 2_500);
  };
  return (
    <div class="copy">
      <span class="label">{label}</span>
      <div class="line" data-code={is_code}>
        <code ref={shown} tabIndex={0} aria-label={label}>{text}</code>
        <Button glyph={told === "Copied" ? "check" : "copy"} onClick={() => void copy()}>{told || "Copy"}</Button>
      </div>
      <span class="unseen" role="status">{told}</span>
    </div>
  );
}
