/** What somebody can do, in a line under the name: skills, languages, and how much at a time where that is unusual. */

import type { Member } from "../../api/people.ts";
import { LEVELS } from "./levels.ts";

/** What everybody takes unless somebody says otherwise. */
const USUAL_LOAD = 4;

export function Abilities({ member: { name, skills, languages, max_load, withheld } }: { member: Member }) {
  const more = [
    ...languages,
    ...(max_load === USUAL_LOAD ? [] : [`${max_load} at a time`]),
    ...(withheld.includes("queue.read") ? ["sees their own only"] : []),
    ...(withheld.includes("conversation.take_any") ? ["takes what is offered"] : []),
  ];
  if (skills.length + more.length === 0) return null;
  return (
    <ul class="chips" aria-label={`What ${name} can do`}>
      {skills.map(({ skill, level }) => (
        <li key={skill}><bdi>{skill}</bdi> <i>{LEVELS.find(({ value }) => value === level)?.label.toLowerCase()}</i></li>
      ))}
      {more.map((each) => <li key={each}>{each}</li>)}
    </ul>
  );
}
