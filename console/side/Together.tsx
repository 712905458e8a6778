/** What agents have done together on the conversation: who was asked, what they said, and what came of it. */

import type { Collaboration, CollaborationOutcome, Contribution } from "../../client/src/protocol.ts";
import type { Desk } from "../inbox/desk.ts";
import { isWaiting } from "../inbox/collaborating.ts";
import { shareOf } from "../shared/moods.ts";

const KINDS: Readonly<Record<Collaboration["type"], string>> = {
  verification: "Draft", parallel: "Asked others", sequential: "Asked one by one", debate: "Debate", expert_panel: "Panel",
};
const OUTCOMES: Readonly<Record<CollaborationOutcome, string>> = {
  approved: "approved", edited: "changed", rejected: "rejected", consensus: "agreed", completed: "done", expired: "too late", outdated: "out of date",
};

export function Together({ desk }: { desk: Desk }) {
  const past = desk.collaborating.all.value.filter((each) => !isWaiting(each));
  if (past.length === 0) return null;
  return (
    <div class="block">
      <h2>Worked on together</h2>
      <ul class="together">
        {past.map((each) => (
          <li key={each.id}>
            <details>
              <summary>
                {KINDS[each.type]} of <bdi>{each.coordinator_name}</bdi>
                <span class="came">{each.outcome == null ? "under way" : OUTCOMES[each.outcome]}</span>
              </summary>
              <p dir="auto">{each.draft?.body ?? each.question}</p>
              {(each.contributions ?? []).map((said, place) => <Said key={place} said={said} has_rounds={each.type === "debate"} />)}
            </details>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Said({ said: { agent_name, body = "", confidence = null, agrees = null, verdict = null, round = 1, is_skipped = false }, has_rounds }: { said: Contribution; has_rounds: boolean }) {
  const marks = [
    has_rounds && `round ${round}`, verdict === "approve" && (body === "" ? "approves" : "changes it"), verdict === "reject" && "rejects",
    agrees === true && "agrees", agrees === false && "does not agree", confidence !== null && `${shareOf(confidence)} sure`, is_skipped && "did not answer in time",
  ].filter((each) => typeof each === "string");
  return (
    <div class="said">
      <span><strong><bdi>{agent_name}</bdi></strong> {marks.join(", ")}</span>
      {body !== "" && <p dir="auto">{body}</p>}
    </div>
  );
}
