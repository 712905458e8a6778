/** Which articles of the list are meant, and what their states are called. */

import type { ArticleCard } from "../api/knowledge.ts";

export interface Narrowing {
  readonly words: string;
  /** Empty for all of them. */
  readonly status: string;
  readonly category_id: string;
}

export const STATES: Readonly<Record<ArticleCard["status"], string>> = { draft: "Draft", published: "Published", archived: "Archived" };
export const FORS: Readonly<Record<ArticleCard["visibility"], string>> = { public: "Everybody", internal: "Team only", private: "Writers only" };

/** Whether each word stands somewhere in the title, the address or a tag. */
export function fits(card: ArticleCard, { words, status, category_id }: Narrowing): boolean {
  if ((status !== "" && card.status !== status) || (category_id !== "" && card.category_id !== category_id)) return false;
  const text = [card.title, card.slug, ...card.tags].join(" ").toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
