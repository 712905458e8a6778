/** One line of the audit log: when, who, and what happened; from where and each changed field on demand. */

import { clockTime } from "../../../client/src/times.ts";
import type { AuditLine } from "../../api/people.ts";
import { momentOf } from "../../shared/ages.ts";
import { deviceOf } from "../../shared/device.ts";
import { Glyph } from "../../shared/Glyph.tsx";
import { changesOf, type Change } from "./changes.ts";
import { actorOf, toldOf } from "./told.ts";

export function Entry({ entry, nameOf }: { entry: AuditLine; nameOf: (id: string) => string }) {
  const { before, name, after } = toldOf(entry);
  const changes = changesOf(entry.changes, nameOf);
  return (
    <li>
      <details>
        <summary>
          <time dateTime={new Date(entry.at).toISOString()}>{clockTime(entry.at)}</time>
          <span class="sentence">
            <bdi class="actor">{actorOf(entry)}</bdi> {before}
            {name !== "" && <bdi class="thing">{name}</bdi>}
            {after}
          </span>
          <Glyph name="down" />
        </summary>
        <dl>
          <Detail name="When" value={momentOf(entry.at)} />
          <Detail name="Address" value={entry.address || "not known"} />
          {entry.user_agent !== "" && <Detail name="Device" value={deviceOf(entry.user_agent)} />}
          {entry.actor_type === "api" && <Detail name="By" value="an API token" />}
          {changes.map((each) => <Field key={each.key} change={each} is_new={entry.action === "create"} />)}
        </dl>
      </details>
    </li>
  );
}

function Detail({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Field({ change: { label, before, after, is_hidden }, is_new }: { change: Change; is_new: boolean }) {
  return (
    <div>
      <dt>{label.charAt(0).toUpperCase() + label.slice(1)}</dt>
      <dd>
        {is_hidden ? (
          <span class="none">{is_new ? "not kept in the log" : "changed; the values are not kept in the log"}</span>
        ) : is_new ? (
          <bdi>{after}</bdi>
        ) : (
          <>
            <bdi>{before || "nothing"}</bdi> → <bdi>{after || "nothing"}</bdi>
          </>
        )}
      </dd>
    </div>
  );
}
