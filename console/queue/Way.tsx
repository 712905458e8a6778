/** How a conversation came to whoever has it: step by step, with the why of each offer; and who could take one that waits. */

import { useEffect } from "preact/hooks";
import { clockTime } from "../../client/src/clock.ts";
import type { Uuid } from "../../client/src/protocol.ts";
import { listSteps, showCandidates, type AssignmentStep, type Why } from "../api/routing.ts";
import type { Desk } from "../inbox/desk.ts";
import { Face } from "../shared/Face.tsx";
import { useResource } from "../shared/resource.ts";
import { counted, toldOf } from "../shared/words.ts";
import { judged, leftOut, passedOver, strategyName, toldStep } from "./told.ts";
import { clockWait } from "./waits.ts";
import "./way.css";

/** So often it is asked who could take what waits. */
const LOOKS_AGAIN = 10_000;

export function Way({ desk, conversation_id }: { desk: Desk; conversation_id: Uuid }) {
  const card = desk.card.value;
  const is_waiting = card?.status === "waiting" && card.offered_agent_id == null;
  const way = useResource(async () => {
    const [steps, now] = await Promise.all([listSteps(conversation_id), is_waiting ? showCandidates(conversation_id) : { why: null }]);
    return { steps, why: now.why };
  }, [conversation_id]);
  // Every decision may have been a step; and who could take it changes with what the others do.
  useEffect(() => {
    if (way.value !== null) way.again();
  }, [card?.version]);
  useEffect(() => {
    if (!is_waiting) return;
    const timer = setInterval(way.again, LOOKS_AGAIN);
    return () => clearInterval(timer);
  }, [is_waiting, conversation_id]);
  if (way.error !== null) {
    return (
      <p class="trouble" role="alert">
        {toldOf(way.error)} <button type="button" class="link" onClick={way.again}>Try again</button>
      </p>
    );
  }
  if (way.value === null) return <div class="skeletons rows" role="status" aria-label="Loading"><i /></div>;
  const { steps, why } = way.value;
  return (
    <div class="way">
      {steps.length === 0 && why === null && <p class="none">Nobody was asked, and nobody has taken it.</p>}
      <ol>
        {steps.map((step, index) => {
          const passed = passedOver(step.why);
          return (
            <li key={step.id} data-state={step.state}>
              {isOver(step, steps[index - 1]) && <p class="over">Went over to <bdi>{step.team_name || "another team"}</bdi></p>}
              <Face id={step.agent_id} name={step.agent_name} size={20} />
              <div>
                <p>
                  <bdi>{toldStep(step, desk.me.agent_id)}</bdi>
                  <time dateTime={new Date(step.answered_at ?? step.at).toISOString()}>{clockTime(step.answered_at ?? step.at)}</time>
                </p>
                {passed.length > 0 && (
                  <details>
                    <summary>Who was passed over</summary>
                    <div class="why">
                      <ul class="left-out" aria-label="Who was passed over">{passed.map((told) => <li key={told}>{told}</li>)}</ul>
                    </div>
                  </details>
                )}
                {"strategy" in step.why && (
                  <details>
                    <summary>Why {step.agent_id === desk.me.agent_id ? "you" : <bdi>{step.agent_name}</bdi>}?</summary>
                    <WhyView why={step.why as unknown as Why} />
                  </details>
                )}
              </div>
            </li>
          );
        })}
      </ol>
      {why !== null && (
        <>
          <h3>Who could take it now</h3>
          {(why.ranked ?? []).length === 0 && <p class="none">Nobody just now.</p>}
          <WhyView why={why} />
        </>
      )}
    </div>
  );
}

const isOver = (step: AssignmentStep, before: AssignmentStep | undefined): boolean =>
  step.why["is_overflow"] === true && before?.team_id !== step.team_id;

function WhyView({ why }: { why: Why }) {
  const { ranked = [], left_out = [], eligible = 0, excluded = 0 } = why;
  return (
    <div class="why">
      <p class="how">{strategyName(why.strategy)}, after {clockWait(0, why.waited_seconds * 1_000)}</p>
      <ol class="ranked">
        {ranked.map((each) => (
          <li key={each.agent_id}>
            <bdi>{each.name}</bdi> <span>{judged(each)}</span>
          </li>
        ))}
      </ol>
      {eligible > ranked.length && <p class="none">and {counted(eligible - ranked.length, "more", "more")}</p>}
      {left_out.length > 0 && (
        <ul class="left-out" aria-label="Who was not asked">
          {leftOut(left_out).map((told) => <li key={told}>{told}</li>)}
        </ul>
      )}
      {excluded > left_out.length && <p class="none">and {counted(excluded - left_out.length, "other", "others")}</p>}
    </div>
  );
}
