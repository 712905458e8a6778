/** Short words about what was just done, with the way back where there is one. */

import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "./Button.tsx";
import { Glyph } from "./Glyph.tsx";

interface Toast {
  readonly key: number;
  readonly told: string;
  readonly is_trouble: boolean;
  readonly undo?: (() => void) | undefined;
}

/** Long enough to read it and to reach the button; the pointer or the focus on it stops the clock. */
const STAYS = 7_000;
const MOST = 3;
/** A finger that went so far to the side meant it. */
const SWIPED = 60;

const toasts = signal<readonly Toast[]>([]);
let last_key = 0;

export function say(told: string, undo?: () => void): void {
  add({ told, is_trouble: false, undo });
}

export function sayTrouble(told: string): void {
  add({ told, is_trouble: true });
}

/** Takes back what the newest toast tells of; false where there is nothing to take back. */
export function undoLast(): boolean {
  const last = toasts.value.findLast((toast) => toast.undo !== undefined);
  if (last === undefined) return false;
  drop(last.key);
  last.undo?.();
  return true;
}

function add(toast: Omit<Toast, "key">): void {
  const others = toasts.value.filter((each) => each.told !== toast.told);
  toasts.value = [...others.slice(1 - MOST), { ...toast, key: ++last_key }];
}

const drop = (key: number): void => void (toasts.value = toasts.value.filter((toast) => toast.key !== key));

export function Toasts() {
  return (
    <div class="toasts" role="region" aria-label="What was done" aria-live="polite">
      {toasts.value.map((toast) => (
        <ToastView key={toast.key} toast={toast} is_last={toast === toasts.value.findLast(({ undo }) => undo !== undefined)} />
      ))}
    </div>
  );
}

function ToastView({ toast, is_last }: { toast: Toast; is_last: boolean }) {
  const [is_held, setHeld] = useState(false);
  useEffect(() => {
    if (is_held) return;
    const timer = setTimeout(() => drop(toast.key), STAYS);
    return () => clearTimeout(timer);
  }, [is_held]);
  const [moved, setMoved] = useState(0);
  const began = useRef<number | null>(null);
  const letGo = (): void => {
    began.current = null;
    setMoved(0);
  };
  return (
    <div
      class="toast"
      data-trouble={toast.is_trouble}
      style={moved === 0 ? undefined : { transform: `translateX(${moved}px)`, opacity: 1 - Math.min(0.8, Math.abs(moved) / 200) }}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onPointerDown={(event) => void (event.pointerType !== "mouse" && (began.current = event.clientX))}
      onPointerMove={(event) => void (began.current !== null && setMoved(event.clientX - began.current))}
      onPointerUp={() => (Math.abs(moved) > SWIPED ? drop(toast.key) : letGo())}
      onPointerCancel={letGo}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      <Glyph name={toast.is_trouble ? "alert" : "check"} />
      <p>{toast.told}</p>
      {toast.undo !== undefined && (
        <button
          type="button"
          class="undo"
          onClick={() => {
            drop(toast.key);
            toast.undo?.();
          }}
        >
          Undo {is_last && <kbd>z</kbd>}
        </button>
      )}
      <IconButton glyph="close" label="Dismiss" onClick={() => drop(toast.key)} />
    </div>
  );
}
