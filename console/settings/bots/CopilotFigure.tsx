/** What became of a bot's suggestions: one bar of all of them, and who made what of them. */

import { useState } from "preact/hooks";
import type { Uuid } from "../../../client/src/protocol.ts";
import type { BotSuggestions } from "../../../client/src/rest.ts";
import { reportSuggestions } from "../../api/people.ts";
import { Face } from "../../shared/Face.tsx";
import { Choice } from "../../shared/Form.tsx";
import { shareOf } from "../../shared/moods.ts";
import { useResource } from "../../shared/resource.ts";
import { counted } from "../../shared/words.ts";
import { Loaded } from "../Frame.tsx";
import { PERIODS, partsOf, sinceOf, type Days } from "./copilot.ts";

export function CopilotFigure({ bot_id }: { bot_id: Uuid }) {
  const [days, setDays] = useState<Days>("30");
  const report = useResource(() => reportSuggestions({ bot_id, since: sinceOf(days, Date.now()) }), [bot_id, days]);
  return (
    <section class="became" aria-label="What became of its suggestions">
      <header>
        <h3>What became of its suggestions</h3>
        <Choice label="Time" is_bare value={days} options={PERIODS} onValue={setDays} />
      </header>
      <Loaded resource={report}>
        {({ bots: [made] }) => (made === undefined ? <p class="hint">It has suggested nothing in this time.</p> : <Figure made={made} />)}
      </Loaded>
    </section>
  );
}

function Figure({ made }: { made: BotSuggestions }) {
  const parts = partsOf(made);
  const { acceptance_rate: rate, members } = made;
  return (
    <>
      <p class="rate">
        {rate !== null && <><strong>{shareOf(rate)}</strong> were sent, of </>}
        {counted(made.suggested, "suggestion", "suggestions")}
        {rate === null && (made.suggested === 1 ? ", not settled yet" : ", none of them settled yet")}
      </p>
      <div class="bar" aria-hidden="true">
        {parts.map(({ kind, label, count, share }) => count > 0 && <i key={kind} data-kind={kind} style={{ flexGrow: count }} title={`${label}: ${count}, ${shareOf(share)}`} />)}
      </div>
      <ul class="legend">
        {parts.map(({ kind, label, count, share }) => (
          <li key={kind}><i data-kind={kind} aria-hidden="true" /> <span>{label}</span> <b>{count.toLocaleString("en")}</b> <small>{shareOf(share)}</small></li>
        ))}
      </ul>
      {members.length > 0 && (
        <div class="scrolls" tabIndex={0} role="region" aria-label="Who made what of them">
          <table class="figures">
            <thead>
              <tr><th scope="col">By</th><th scope="col">As it was</th><th scope="col">Changed</th><th scope="col">Put away</th><th scope="col">Sent</th></tr>
            </thead>
            <tbody>
              {members.map(({ agent_id, name, accepted, edited, dismissed }) => (
                <tr key={agent_id}>
                  <th scope="row"><Face id={agent_id} name={name} size={20} /><bdi>{name}</bdi></th>
                  <td>{accepted.toLocaleString("en")}</td>
                  <td>{edited.toLocaleString("en")}</td>
                  <td>{dismissed.toLocaleString("en")}</td>
                  <td>{shareOf((accepted + edited) / (accepted + edited + dismissed))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
