/** Facts that bots and people noted, about the conversation and about whom it is with. */

import type { Conversation } from "../../client/src/rest.ts";

export function Noted({ attributes, contact_attributes }: Pick<Conversation, "attributes" | "contact_attributes">) {
  // Where both say something under one name, what is newer and nearer is the conversation's.
  const facts = Object.entries({ ...contact_attributes, ...attributes });
  return (
    <>
      {facts.sort(([a], [b]) => a.localeCompare(b)).map(([name, value]) => (
        <div key={name}>
          <dt>{name.replaceAll("_", " ")}</dt>
          <dd><bdi>{value === true ? "yes" : value === false ? "no" : String(value)}</bdi></dd>
        </div>
      ))}
    </>
  );
}
