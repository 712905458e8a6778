/** The small menu on one's own words. Between them the arrow keys go; the tab key stops at the last one alone. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { MessageLine } from "../../client/src/lines.ts";
import { Glyph } from "../shared/Glyph.tsx";
import { say, sayTrouble } from "../shared/toasts.tsx";
import { deleting, editing } from "./own.ts";

/** So little room above, and the menu opens downwards. */
const ROOM = 150;

interface Props {
  readonly line: MessageLine;
  readonly is_last: boolean;
  readonly is_open: boolean;
  readonly onOpen: (is_open: boolean) => void;
}

export function OwnMenu({ line, is_last, is_open, onOpen }: Props) {
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const [is_below, setBelow] = useState(false);
  const kind = line.is_internal ? "note" : "message";
  useLayoutEffect(() => {
    if (!is_open || button.current === null) return;
    const box = button.current.closest(".messages");
    setBelow(button.current.getBoundingClientRect().top - (box?.getBoundingClientRect().top ?? 0) < ROOM);
    menu.current?.querySelector("button")?.focus({ preventScroll: true });
  }, [is_open]);

  function close(): void {
    button.current?.focus({ preventScroll: true });
    onOpen(false);
  }

  function choose(act: () => void): void {
    close();
    act();
  }

  function remove(): void {
    // This button goes with the message, and the focus goes back to where it was.
    button.current?.closest<HTMLElement>(".messages")?.focus({ preventScroll: true });
    deleting.value = line;
  }

  function press(event: KeyboardEvent): void {
    // Letters mean something on the page, and nothing here.
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "Tab") {
      if (event.key === "Escape") event.preventDefault();
      return close();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const items = [...(menu.current?.querySelectorAll("button") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    items[(at + step + items.length) % items.length]?.focus({ preventScroll: true });
  }

  function walk(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const all = [...(button.current?.closest("[role=log]")?.querySelectorAll<HTMLElement>(".more") ?? [])];
    all[all.indexOf(event.currentTarget as HTMLElement) + step]?.focus();
  }

  return (
    <span
      class="own-menu"
      data-open={is_open}
      onFocusOut={(event) => {
        const to = event.relatedTarget as Node | null;
        if (is_open && !event.currentTarget.contains(to)) onOpen(false);
      }}
    >
      <button
        ref={button}
        type="button"
        class="more quiet"
        aria-label={`Change your ${kind}`}
        aria-haspopup="menu"
        aria-expanded={is_open}
        tabIndex={is_last ? 0 : -1}
        onClick={() => onOpen(!is_open)}
        onKeyDown={walk}
      >
        <Glyph name="more" />
      </button>
      {is_open && (
        <div ref={menu} class="menu" role="menu" aria-label={`Your ${kind}`} data-below={is_below} onKeyDown={press}>
          <button type="button" role="menuitem" tabIndex={-1} onClick={() => choose(() => void (editing.value = line))}>
            <Glyph name="pencil" /> Edit
          </button>
          <button type="button" role="menuitem" tabIndex={-1} onClick={() => choose(() => void copy(line.body))}>
            <Glyph name="copy" /> Copy
          </button>
          <button type="button" role="menuitem" tabIndex={-1} class="grave" onClick={() => choose(remove)}>
            <Glyph name="trash" /> Delete
          </button>
        </div>
      )}
    </span>
  );
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied.");
  } catch {
    sayTrouble("This browser does not let a page copy.");
  }
}
