/** One thin line when the connection is not what it should be; it takes nothing away. */

import type { CloseCode } from "../src/protocol.ts";
import type { SocketState } from "../src/socket.ts";
import { shared } from "./words.ts";

const TOO_MANY_SOCKETS: CloseCode = 4503;
const OLD_PROTOCOL: CloseCode = 4505;

/** `is_fresh` says that there was no connection yet, so that its coming is no news. */
export function Network({ state, is_fresh }: { state: SocketState; is_fresh: boolean }) {
  return (
    <div class="network" role="status">
      {toldOf(state, is_fresh)}
      {state.phase === "stopped" && (
        <button type="button" onClick={() => location.reload()}>
          {shared.reload}
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
      return is_fresh ? null : shared.connecting;
    case "waiting":
      return shared.no_connection;
    case "stopped":
      if (close_code === TOO_MANY_SOCKETS) return shared.too_many_tabs;
      if (close_code === OLD_PROTOCOL) return shared.newer;
      return shared.ended;
  }
}
