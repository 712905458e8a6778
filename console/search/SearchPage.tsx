/** People and messages by words; a message found leads to its place in the conversation. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { shortAge } from "../../client/src/times.ts";
import { listPast, search, type Contact, type Found, type MessageHit } from "../api/chat.ts";
import { go } from "../app/router.ts";
import { pathToConversation, pathToSearch } from "../app/routes.ts";
import type { Desk } from "../inbox/desk.ts";
import { Blank } from "../shared/Blank.tsx";
import { Button, IconButton } from "../shared/Button.tsx";
import { Face } from "../shared/Face.tsx";
import { Glyph } from "../shared/Glyph.tsx";
import { useNow } from "../shared/useNow.ts";
import { say, sayTrouble } from "../shared/toasts.tsx";
import { toldOf } from "../shared/words.ts";
import { partsOf } from "./marks.ts";
import "./search.css";

/** Asked so long after the last key: every letter would be a question otherwise. */
const PAUSE = 250;
const LEAST = 2;

export function SearchPage({ words, onNav }: { desk: Desk; words: string; onNav: () => void }) {
  const [typed, setTyped] = useState(words);
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [is_busy, setBusy] = useState(false);
  const [tries, setTries] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const now = useNow();
  const asked = typed.trim();

  useLayoutEffect(() => field.current?.focus(), []);
  // The address has the words without the space that a person is about to go on from.
  useLayoutEffect(() => setTyped((known) => (known.trim() === words ? known : words)), [words]);
  useEffect(() => {
    if (asked.length < LEAST) {
      setFound(null);
      setBusy(false);
      return;
    }
    let is_old = false;
    setBusy(true);
    const timer = setTimeout(() => {
      // The address follows, so that coming back from a message finds the same list.
      go(pathToSearch(asked), { replace: true });
      search(asked).then(
        (answer) => {
          if (is_old) return;
          setFound(answer);
          setError(null);
          setBusy(false);
        },
        (caught: unknown) => {
          if (is_old) return;
          setError(caught);
          setBusy(false);
        },
      );
    }, found === null && asked === words ? 0 : PAUSE);
    return () => {
      is_old = true;
      clearTimeout(timer);
    };
  }, [asked, tries]);

  const is_empty = found !== null && found.people.length === 0 && found.messages.length === 0;
  return (
    <main class="page search" id="main" tabIndex={-1}>
      <header class="bar">
        <IconButton glyph="menu" label="Lists and settings" onClick={onNav} class="narrow" />
        <h1 class="unseen">Search</h1>
        <div class="asking" role="search">
          <Glyph name="search" />
          <input
            ref={field}
            type="search"
            aria-label="Search people and messages"
            placeholder="Search people and messages"
            maxLength={200}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Escape" && history.length > 1 && history.back()}
          />
        </div>
      </header>
      <div class="found" aria-busy={is_busy}>
        {error !== null && <Blank glyph="alert" title="The search did not work" told={toldOf(error)}><Button onClick={() => setTries(tries + 1)}>Try again</Button></Blank>}
        {error === null && asked.length < LEAST && <Blank glyph="search" title="Find anybody and anything" told="A name, an e-mail, or words of a message. Two letters are enough." />}
        {error === null && is_empty && !is_busy && <Blank glyph="search" title={`Nothing found for “${asked}”`} told="Try fewer or other words. What was said a moment ago can take a few seconds to be found." />}
        {error === null && found !== null && found.people.length > 0 && (
          <section>
            <h2>People</h2>
            <ul>{found.people.map((person) => <li key={person.id}><PersonView person={person} /></li>)}</ul>
          </section>
        )}
        {error === null && found !== null && found.messages.length > 0 && (
          <section>
            <h2>Messages</h2>
            <ul>{found.messages.map((hit) => <li key={hit.message_id}><MessageView hit={hit} now={now} /></li>)}</ul>
          </section>
        )}
      </div>
      <p class="unseen" role="status">
        {found === null || is_busy ? "" : `${found.people.length} people and ${found.messages.length} messages found`}
      </p>
    </main>
  );
}

/** A person leads to what was said last with them. */
function PersonView({ person }: { person: Contact }) {
  const name = person.name || person.email || "Visitor";
  async function open(): Promise<void> {
    try {
      const last = (await listPast(person.id, 1)).items[0];
      if (last === undefined) say(`There is no conversation with ${name} yet.`);
      else go(pathToConversation(last.conversation_id));
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  return (
    <button type="button" class="hit" onClick={() => void open()}>
      <Face id={person.id} name={name} url={person.avatar_url ?? null} of={person.name === null ? "visitor" : "person"} />
      <span class="name"><bdi>{name}</bdi></span>
      {person.email !== null && person.name !== null && <span class="hint"><bdi>{person.email}</bdi></span>}
    </button>
  );
}

function MessageView({ hit, now }: { hit: MessageHit; now: number }) {
  return (
    <a class="hit" href={pathToConversation(hit.conversation_id, hit.seq)}>
      <span class="top">
        <span class="name"><bdi>{hit.contact_name || "Visitor"}</bdi></span>
        {hit.is_internal && <span class="hint">Note</span>}
        <time dateTime={new Date(hit.at).toISOString()}>{shortAge(hit.at, now)}</time>
      </span>
      <span class="snippet" dir="auto">
        {partsOf(hit.snippet, hit.marks).map((part, index) => (part.is_found ? <mark key={index}>{part.text}</mark> : part.text))}
      </span>
    </a>
  );
}
