/** What the search answers to a question, as a bot would find it: passages, and how sure it is of each. */

import { useEffect, useState } from "preact/hooks";
import { askKnowledge, type FoundArticle } from "../api/knowledge.ts";
import { pathToArticle } from "../app/routes.ts";
import { shareOf } from "../shared/moods.ts";
import { toldOf } from "../shared/words.ts";
import { Markdown } from "./Markdown.tsx";

/** Asked so long after the last key: every letter would be a question otherwise. */
const PAUSE = 300;
const LEAST = 3;
/** What is less sure has a letter or two in common with the question. */
const SURE = 0.1;

export function Answers({ question }: { question: string }) {
  const [found, setFound] = useState<readonly FoundArticle[] | null>(null);
  const [trouble, setTrouble] = useState("");
  const asked = question.trim();
  useEffect(() => {
    setTrouble("");
    if (asked.length < LEAST) {
      setFound(null);
      return;
    }
    let is_old = false;
    const timer = setTimeout(() => {
      askKnowledge(asked).then(
        (answers) => !is_old && setFound(answers.filter((each) => each.confidence >= SURE)),
        (error: unknown) => !is_old && setTrouble(toldOf(error)),
      );
    }, PAUSE);
    return () => {
      is_old = true;
      clearTimeout(timer);
    };
  }, [asked]);
  if (trouble !== "") return <p class="trouble" role="alert">{trouble}</p>;
  if (found === null) return null;
  return (
    <section class="answers" aria-label="What the search answers">
      <h2>What the search answers</h2>
      {found.length === 0 && <p class="hint">Nothing yet. A published article is found a moment after it was saved.</p>}
      <ol>
        {found.map((each) => (
          <li key={each.article_id}>
            <a href={pathToArticle(each.article_id)}>
              <strong><bdi>{each.title}</bdi></strong>
              <span class="sure" title="How sure the search is of it">{shareOf(each.confidence)}</span>
            </a>
            <div class="passage"><Markdown text={each.passage} /></div>
          </li>
        ))}
      </ol>
    </section>
  );
}
