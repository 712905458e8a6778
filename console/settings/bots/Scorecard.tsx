/** How a bot has done in the last thirty days. */

import type { Uuid } from "../../../client/src/protocol.ts";
import { showScorecard } from "../../api/people.ts";
import { spanOf } from "../../shared/ages.ts";
import { shareOf } from "../../shared/moods.ts";
import { useResource } from "../../shared/resource.ts";
import { reasonLabel } from "./types.ts";

export function Scorecard({ bot_id }: { bot_id: Uuid }) {
  const { value } = useResource(() => showScorecard(bot_id), [bot_id]);
  if (value === null) return null;
  if (value.conversations === 0 && value.answers === 0) return <p class="score hint">It has held no conversation in the last 30 days.</p>;
  const reasons = Object.entries(value.reasons).sort(([, a], [, b]) => b - a);
  const figures: readonly (readonly [string, string])[] = [
    ["Conversations", value.conversations.toLocaleString("en")],
    ["Answers", value.answers.toLocaleString("en")],
    ["Resolved alone", value.resolved_alone.toLocaleString("en")],
    ["Handed over", value.handed_off.toLocaleString("en")],
    ["Time to answer", value.answer_ms === null ? "–" : spanOf(value.answer_ms)],
    ["Sure of it", value.confidence === null ? "–" : shareOf(value.confidence)],
  ];
  return (
    <section class="score" aria-label="The last 30 days">
      <dl>
        {figures.map(([name, told]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{told}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">
        The last 30 days.
        {reasons.length > 0 && ` Handed over: ${reasons.map(([reason, count]) => `${reasonLabel(reason)} ${count}`).join(", ")}.`}
      </p>
    </section>
  );
}
