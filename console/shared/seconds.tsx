/** The time, anew each second, as a signal: only what reads it is drawn again. */

import { useComputed, useSignal, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Milliseconds } from "../../client/src/protocol.ts";

export type Seconds = ReadonlySignal<Milliseconds>;

export function useSeconds(now: () => Milliseconds): Seconds {
  const seconds = useSignal(now());
  useEffect(() => {
    const timer = setInterval(() => (seconds.value = now()), 1_000);
    return () => clearInterval(timer);
  }, [now]);
  return seconds;
}

/** Words that change with the time; `tell` stays what it was at first, so give it a key. */
export function Telling({ seconds, tell }: { seconds: Seconds; tell: (now: Milliseconds) => string }) {
  const told = useComputed(() => tell(seconds.value));
  return <>{told}</>;
}
