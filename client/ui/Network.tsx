/** One thin line when the connection is not what it should be; it takes nothing away. */

import type { CloseCode } from "../src/protocol.ts";
import type { SocketState } from "../src/socket.ts";

const TOO_MANY_SOCKETS: CloseCode = 4503;
const OLD_PROTOCOL: CloseCode = 4505;

/** `is_fresh` says that there was no connection yet, so that its coming is no news. */
export function Network({ state, is_fresh }: { state: SocketState; is_fresh: boolean }) {
  return (
    <div class="network" role="status">
      {toldOf(state, is_fresh)}
      {state.phase === "stopped" && (
        <button type="button" onClick={() => location.reload()}>
          Reload
        </button>
      )}
    </div>
  );
}

function toldOf({ phase, close_code }: SocketState, is_fresh: boolean): string | null {
  switch (phase) {
    case "idle":
    case "live":
      return null;
    case "connecting":
      return is_fresh ? null : "Connecting…";
    case "waiting":
      return "No connection. What you write is kept and sent as soon as it is back.";
    case "stopped":
      if (close_code === TOO_MANY_SOCKETS) return "This is open in too many tabs. Close one of them.";
      if (close_code === OLD_PROTOCOL) return "There is a newer version of this page.";
      return "The connection was ended.";
  }
}
