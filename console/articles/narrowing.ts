/** Which articles of the list are meant, and what their states are called. */

import type { ArticleCard } from "../api/knowledge.ts";
import { shareOf } from "../shared/moods.ts";

export interface Narrowing {
  readonly words: string;
  /** Empty for all of them. */
  readonly status: string;
  readonly category_id: string;
  readonly order: Order;
}

/** Those first that were worked on last, that bots use most, that fail most often, that are read most; or by title. */
export type Order = "" | "used" | "failing" | "read" | "helpful" | "title";

export const STATES: Readonly<Record<ArticleCard["status"], string>> = { draft: "Draft", published: "Published", archived: "Archived" };
export const FORS: Readonly<Record<ArticleCard["visibility"], string>> = { public: "Everybody", internal: "Team only", private: "Writers only" };

/** Whether each word stands somewhere in the title, the address or a tag. */
export function fits(card: ArticleCard, { words, status, category_id }: Narrowing): boolean {
  if ((status !== "" && card.status !== status) || (category_id !== "" && card.category_id !== category_id)) return false;
  const text = [card.title, card.slug, ...card.tags].join(" ").toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** How likely an article is the one to work on next: used, and without success. */
const failures = ({ use_count, success_rate, not_helpful_count }: ArticleCard): number => use_count * (1 - (success_rate ?? 1)) + not_helpful_count;

/** The list as it came is in the order of the last changes. */
export function ordered(cards: readonly ArticleCard[], order: Order): readonly ArticleCard[] {
  if (order === "") return cards;
  if (order === "title") return cards.toSorted((a, b) => a.title.localeCompare(b.title));
  const worth = WORTH[order];
  return cards.toSorted((a, b) => worth(b) - worth(a));
}

const WORTH: Readonly<Record<Exclude<Order, "" | "title">, (card: ArticleCard) => number>> = {
  used: (card) => card.use_count,
  failing: failures,
  read: (card) => card.view_count,
  // Whatever nobody has voted on comes last.
  helpful: ({ helpful_count, not_helpful_count }) => (helpful_count + not_helpful_count === 0 ? -1 : helpful_count / (helpful_count + not_helpful_count)),
};

/** What came of an article, in a few words; nothing where nothing did. */
export function figuresOf({ view_count, suggested_count, use_count, success_rate, helpful_count, not_helpful_count }: ArticleCard): readonly string[] {
  const votes = helpful_count + not_helpful_count;
  return [
    suggested_count > 0 ? `suggested ${suggested_count.toLocaleString("en")}×` : "",
    use_count > 0 ? `used ${use_count.toLocaleString("en")}×` : "",
    use_count > 0 && success_rate !== null ? `${shareOf(success_rate)} without a person` : "",
    votes > 0 ? `helped ${helpful_count.toLocaleString("en")} of ${votes.toLocaleString("en")}` : "",
    view_count > 0 ? `read ${view_count.toLocaleString("en")}×` : "",
  ].filter((each) => each !== "");
}
