/** Which part of a long list is drawn, and by how much what is in sight has moved. */

/** Fifteen cards on a screen of 900 pixels, with the list's head above them. */
export const CARD_HEIGHT = 56;
/** Drawn beyond what is in sight, so that quick scrolling shows no holes. */
const SPARE = 8;

export interface Window {
  readonly from: number;
  readonly to: number;
}

export function windowOf(count: number, top: number, height: number): Window {
  const from = Math.max(0, Math.min(count, Math.floor(top / CARD_HEIGHT)) - SPARE);
  return { from, to: Math.min(count, Math.ceil((top + height) / CARD_HEIGHT) + SPARE) };
}

/**
 * By how many places the first cards in sight have moved: the median of three, so that one of them which jumps to the top
 * takes nobody along.
 */
export function shiftOf(before: readonly string[], after: readonly string[], top: number): number {
  const first = Math.floor(top / CARD_HEIGHT);
  const in_sight = before.slice(first, first + 3);
  const places = new Map(after.map((id, index) => [id, index]));
  const shifts = in_sight.flatMap((id, index) => {
    const place = places.get(id);
    return place === undefined ? [] : [place - (first + index)];
  });
  return shifts.sort((a, b) => a - b)[shifts.length >> 1] ?? 0;
}
