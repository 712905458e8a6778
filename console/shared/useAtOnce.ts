/** Follows signals without waiting for the next drawing, as useSignalEffect does: a key may be pressed before that. */

import { effect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Runs now and at once after every change of a signal that it has read. */
export function useAtOnce(run: () => void): void {
  const newest = useRef(run);
  newest.current = run;
  useLayoutEffect(() => effect(() => newest.current()), []);
}
