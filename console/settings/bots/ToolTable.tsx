/** Which tools a bot used in the last thirty days, how often they failed, and how long they take. */

import type { Uuid } from "../../../client/src/protocol.ts";
import { showToolReport } from "../../api/people.ts";
import { spanOf } from "../../shared/ages.ts";
import { shareOf } from "../../shared/moods.ts";
import { useResource } from "../../shared/resource.ts";

export function ToolTable({ bot_id }: { bot_id: Uuid }) {
  const { value } = useResource(() => showToolReport(bot_id), [bot_id]);
  // What the table has to say stands beside the scorecard, which tells when nothing could be loaded.
  if (value === null || value.tools.length === 0) return null;
  return (
    <section class="tools-used" aria-labelledby="tools-used" tabIndex={0}>
      <table>
        <caption id="tools-used">Tools used in the last 30 days</caption>
        <thead>
          <tr>
            <th scope="col">Tool</th>
            <th scope="col">Answers</th>
            <th scope="col">Calls</th>
            <th scope="col">Failed</th>
            <th scope="col">Median</th>
            <th scope="col">95 of 100</th>
          </tr>
        </thead>
        <tbody>
          {value.tools.map(({ tool_name, answers, calls, failures, ms, ms_p95 }) => (
            <tr key={tool_name}>
              <th scope="row"><code>{tool_name}</code></th>
              <td>{answers.toLocaleString("en")}</td>
              <td>{calls.toLocaleString("en")}</td>
              <td data-bad={failures > 0}>{failures === 0 ? "–" : `${failures.toLocaleString("en")} (${shareOf(failures / calls)})`}</td>
              <td>{told(ms)}</td>
              <td>{told(ms_p95)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const told = (ms: number | null): string => (ms === null ? "–" : spanOf(ms));
