/** What bots and people searched for in vain: what to write next. */

import { shortAge } from "../../client/src/times.ts";
import { listUnanswered } from "../api/knowledge.ts";
import { momentOf } from "../shared/ages.ts";
import { useResource } from "../shared/resource.ts";
import { useNow } from "../shared/useNow.ts";
import { counted } from "../shared/words.ts";

const DAYS = 30;

export function Unanswered() {
  const found = useResource(() => listUnanswered(DAYS));
  const now = useNow();
  // Who came to read articles need not be told that this could not be loaded.
  if (found.value === null || found.value.searches.length === 0) return null;
  const { count, unanswered, searches } = found.value;
  return (
    <section class="unanswered" aria-label="Asked without an answer">
      <h2>Asked without an answer</h2>
      <p class="hint">In the last {DAYS} days no article was likely to answer {unanswered.toLocaleString("en")} of {counted(count, "search", "searches")}.</p>
      <ul>
        {searches.map((each) => (
          <li key={each.query}>
            <bdi>{each.query}</bdi>
            <span>{counted(each.count, "time", "times")}</span>
            <time dateTime={new Date(each.last_at).toISOString()} title={momentOf(each.last_at)}>{shortAge(each.last_at, now)}</time>
          </li>
        ))}
      </ul>
    </section>
  );
}
