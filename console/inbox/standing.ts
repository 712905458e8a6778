/** A card brought up to what the conversation's own log says already; the feed comes a moment later. */

import type { Standing } from "../../client/src/lines.ts";
import type { Card } from "../../client/src/protocol.ts";

export function withStanding(card: Card, standing: Standing | null): Card {
  if (standing === null || standing.version <= card.version) return card;
  const { stored: _stored, turn: _turn, ...known } = standing;
  return { ...card, ...known };
}
