/** Which canned responses a `/` in the text asks for. */

import type { CannedResponse } from "../api/chat.ts";
import { fit } from "../palette/matching.ts";

export interface Asked {
  /** Where the slash is, and the end of what was typed after it. */
  readonly from: number;
  readonly to: number;
  readonly words: string;
}

/** A slash at the start of a word, up to the caret; null where there is none. */
export function askedAt(text: string, caret: number): Asked | null {
  const found = /(?:^|\s)\/([^\s/]{0,40})$/u.exec(text.slice(0, caret));
  if (found === null) return null;
  const words = found[1] ?? "";
  return { from: caret - words.length - 1, to: caret, words };
}

/** By shortcut first, then by name, then by what they say; those used lately come first among equals. */
export function choose(canned: readonly CannedResponse[], words: string, most = 8): readonly CannedResponse[] {
  return canned
    .flatMap((each) => {
      const how = rank(each, words);
      return how === null ? [] : [{ each, how }];
    })
    .sort((a, b) => a.how - b.how || (b.each.last_used_at ?? 0) - (a.each.last_used_at ?? 0) || a.each.name.localeCompare(b.each.name))
    .slice(0, most)
    .map(({ each }) => each);
}

function rank({ shortcut, name, category, content }: CannedResponse, words: string): number | null {
  if (words === "") return 0;
  const ranks = [[shortcut ?? "", 0], [name, 3], [category ?? "", 6], [content, 9]] as const;
  const found = ranks.flatMap(([text, base]) => {
    const how = text === "" ? null : fit(text.replace(/^\//, ""), words);
    return how === null ? [] : [base + how];
  });
  return found.length === 0 ? null : Math.min(...found);
}

/** The text with the answer in place of what asked for it, and where the caret goes. */
export function insert(text: string, asked: Asked, answer: string): { readonly text: string; readonly caret: number } {
  return { text: text.slice(0, asked.from) + answer + text.slice(asked.to), caret: asked.from + answer.length };
}
