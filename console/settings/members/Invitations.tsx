/** Invitations that nobody has accepted yet. */

import { listInvitations, withdrawInvitation, type Invitation } from "../../api/people.ts";
import { untilThen } from "../../shared/ages.ts";
import { Button } from "../../shared/Button.tsx";
import { Glyph } from "../../shared/Glyph.tsx";
import { useResource } from "../../shared/resource.ts";
import { say, sayTrouble } from "../../shared/toasts.tsx";
import { useNow } from "../../shared/useNow.ts";
import { toldOf } from "../../shared/words.ts";
import { Loaded } from "../Frame.tsx";
import { roleName } from "./roles.ts";

export function Invitations() {
  const invitations = useResource(listInvitations);
  const now = useNow();
  async function withdraw(each: Invitation): Promise<void> {
    try {
      await withdrawInvitation(each.id);
      invitations.change((known) => known.filter(({ id }) => id !== each.id));
      say("The invitation was withdrawn; its link opens nothing now.");
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  return (
    <Loaded resource={invitations}>
      {(known) =>
        known.length === 0 ? (
          <p class="none">Nobody is invited at the moment.</p>
        ) : (
          <ul class="rows">
            {known.map((each) => (
              <li key={each.id}>
                <span class="sign"><Glyph name="mail" /></span>
                <div class="what">
                  <strong><bdi>{each.email || "By link"}</bdi></strong>
                  <span>{roleName(each.role)} · {untilThen(each.expires_at, now)}{each.mail === "failed" && " · the e-mail could not be sent"}</span>
                </div>
                <Button onClick={() => void withdraw(each)}>Withdraw</Button>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
