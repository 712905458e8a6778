/** The sessions of one's login: where, since when, and a way to end each. */

import { endSession, listSessions, type SessionInfo } from "../../api/people.ts";
import { Button } from "../../shared/Button.tsx";
import { deviceOf } from "../../shared/device.ts";
import { useResource } from "../../shared/resource.ts";
import { say, sayTrouble } from "../../shared/toasts.tsx";
import { useNow } from "../../shared/useNow.ts";
import { toldOf } from "../../shared/words.ts";
import { longAge } from "../../shared/ages.ts";
import { Loaded } from "../Frame.tsx";

export function Devices() {
  const sessions = useResource(listSessions);
  const now = useNow();
  async function end(each: SessionInfo): Promise<void> {
    try {
      await endSession(each.id);
      sessions.change((known) => known.filter(({ id }) => id !== each.id));
      say("The session was ended.");
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  return (
    <Loaded resource={sessions}>
      {(known) => (
        <ul class="rows">
          {[...known].sort((a, b) => Number(b.is_this) - Number(a.is_this)).map((each) => (
            <li key={each.id}>
              <div class="what">
                <strong title={each.user_agent ?? ""}>{deviceOf(each.user_agent ?? "")}</strong>
                <span>
                  {each.is_this ? "This browser" : `Used ${longAge(each.last_used_at ?? each.created_at, now)}`}
                  {each.address !== null && each.address !== "" && <> · {each.address}</>}
                </span>
              </div>
              {!each.is_this && <Button onClick={() => void end(each)}>End</Button>}
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}
