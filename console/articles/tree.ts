/** Categories in the order of their tree, each with how deep it lies; what lies in nothing known stands at the top. */

import type { KbCategory } from "../api/knowledge.ts";

export interface Placed {
  readonly category: KbCategory;
  readonly depth: number;
}

export function treeOf(categories: readonly KbCategory[]): readonly Placed[] {
  const known = new Set(categories.map(({ id }) => id));
  const inside = (parent_id: string | null, depth: number): readonly Placed[] =>
    categories
      .filter((each) => (each.parent_id !== null && known.has(each.parent_id) ? each.parent_id : null) === parent_id)
      .sort((a, b) => a.display_order - b.display_order || a.name.localeCompare(b.name))
      .flatMap((category) => [{ category, depth }, ...inside(category.id, depth + 1)]);
  return inside(null, 0);
}
