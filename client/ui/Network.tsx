/** One thin line when the connection is not what it should be; it takes nothing away. */

import type { Phase } from "../src/socket.ts";

const TOLD: Record<Phase, string | null> = {
  idle: null,
  connecting: "Connecting…",
  live: null,
  waiting: "No connection. What you write is kept and sent as soon as it is back.",
  stopped: "This page is out of date. Reload it to go on.",
};

/** `is_fresh` says that there was no connection yet, so that its coming is no news. */
export function Network({ phase, is_fresh = false }: { phase: Phase; is_fresh?: boolean }) {
  const told = is_fresh && phase === "connecting" ? null : TOLD[phase];
  return (
    <div class="network" role="status" data-phase={phase}>
      {told}
      {phase === "stopped" && (
        <button type="button" onClick={() => location.reload()}>
          Reload
        </button>
      )}
    </div>
  );
}
