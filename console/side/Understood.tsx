/** What the visitor's messages say between the lines: what is wanted, and how they feel. */

import type { Card } from "../../client/src/protocol.ts";
import { feelingOf, moodOf } from "../shared/moods.ts";

export function Understood({ card }: { card: Card }) {
  const mood = card.sentiment_avg ?? null;
  return (
    <>
      {card.primary_intent && <Fact name="Wants" told={card.primary_intent} />}
      {mood !== null && <Fact name="Mood" told={feelingOf(card.emotion ?? "", mood)} mood={moodOf(mood)} />}
    </>
  );
}

function Fact({ name, told, mood }: { name: string; told: string; mood?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd><span class="choose" data-mood={mood}><bdi>{told}</bdi></span></dd>
    </div>
  );
}
