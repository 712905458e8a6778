/** What would be understood of a sentence, with how sure that is. */

import { useState } from "preact/hooks";
import { trySentence, type Reading } from "../../api/intents.ts";
import { Button } from "../../shared/Button.tsx";
import { feelingOf, languageName, shareOf } from "../../shared/moods.ts";
import { toldOf } from "../../shared/words.ts";
import "./intents.css";

export function TrySentence() {
  const [text, setText] = useState("");
  const [found, setFound] = useState<Reading | null>(null);
  const [trouble, setTrouble] = useState("");
  const [is_busy, setBusy] = useState(false);
  async function tried(event: Event): Promise<void> {
    event.preventDefault();
    if (text.trim() === "") return;
    setBusy(true);
    try {
      setFound(await trySentence({ text, locale: navigator.language }));
      setTrouble("");
    } catch (error) {
      setTrouble(toldOf(error));
    }
    setBusy(false);
  }
  return (
    <section class="tried" aria-label="Try a sentence">
      <form onSubmit={(event) => void tried(event)}>
        <input type="text" class="narrowing" dir="auto" aria-label="A sentence of a visitor" maxLength={2000} placeholder="Write what a visitor might write, in any language" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <Button type="submit" is_busy={is_busy}>Try it</Button>
      </form>
      <div role="status">
        {found !== null && (
          <dl>
            {factsOf(found).map(([name, value, share]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd><bdi>{value}</bdi> {share > 0 && <span>{shareOf(share)}</span>}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
      {trouble !== "" && <p class="trouble" role="alert">{trouble}</p>}
    </section>
  );
}

function factsOf(found: Reading): [name: string, value: string, share: number][] {
  const intent = found.intent || (found.nearest_intent === "" ? "None" : `None; nearest is ${found.nearest_intent}`);
  return [
    ["Intent", intent, found.intent_confidence],
    ["Mood", `${feelingOf("", found.sentiment)} (${shareOf(found.sentiment).replace("-", "−")})`, 0],
    ["Feeling", found.emotion === "neutral" ? "None" : feelingOf(found.emotion, found.sentiment), found.emotion_confidence],
    ["Urgency", found.urgency, found.urgency_confidence],
    ["Language", found.language === "" ? "Not known" : languageName(found.language), found.language_confidence],
  ];
}
