/** A finger that rests on something, as it opens a menu on a phone. */

import { useRef } from "preact/hooks";

const LONG = 450;
/** A finger that rests trembles by this much. */
const STILL = 10;

/** Handlers for what can be pressed long; nothing for a mouse, which has buttons. */
export function useLongPress(act: () => void) {
  const has_acted = useRef(false);
  const begun = useRef<{ readonly timer: ReturnType<typeof setTimeout>; readonly x: number; readonly y: number } | null>(null);
  const end = (): void => {
    clearTimeout(begun.current?.timer);
    begun.current = null;
  };
  return {
    onPointerDown(event: PointerEvent) {
      if (event.pointerType === "mouse") return;
      end();
      has_acted.current = false;
      const timer = setTimeout(() => {
        has_acted.current = true;
        act();
      }, LONG);
      begun.current = { timer, x: event.clientX, y: event.clientY };
    },
    onPointerMove(event: PointerEvent) {
      const from = begun.current;
      if (from !== null && Math.hypot(event.clientX - from.x, event.clientY - from.y) > STILL) end();
    },
    onPointerUp: end,
    onTouchEnd(event: TouchEvent) {
      // Else the browser takes the finger that leaves for a click beside the menu.
      if (has_acted.current) event.preventDefault();
    },
    onPointerCancel: end,
    onContextMenu(event: MouseEvent) {
      // The browser's own menu of a long press would lie over this one.
      if ((event as PointerEvent).pointerType === "touch") event.preventDefault();
    },
  };
}
