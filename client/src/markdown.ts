/**
 * The few marks that people write in a chat, as data: bold, italic, code, lists, links. What draws it makes text nodes and
 * elements from it, so that a message can never become anything else. What is no such mark stays the text that it is.
 */

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly url: string }
  | { readonly kind: "bold" | "italic"; readonly inside: readonly Inline[] };

export type Block =
  | { readonly kind: "lines"; readonly inside: readonly Inline[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "list"; readonly is_ordered: boolean; readonly start: number; readonly items: readonly (readonly Inline[])[] };

const FENCE = /^```[^\n`]*$/;
const BULLET = /^ {0,3}[-*•] +(?=\S)/;
const NUMBER = /^ {0,3}(\d{1,4})[.)] +(?=\S)/;
/** The schemes that may be followed; everything else is text. */
const SAFE = /^(?:https?:\/\/[^\s/]|mailto:[^\s@]+@[^\s@])/i;

export function blocksOf(text: string): readonly Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  let plain: string[] = [];
  const flush = (): void => {
    if (plain.length > 0) blocks.push({ kind: "lines", inside: inlinesOf(plain.join("\n")) });
    plain = [];
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const end = FENCE.test(line) ? lines.indexOf("```", at + 1) : -1;
    if (end > 0) {
      flush();
      blocks.push({ kind: "code", text: lines.slice(at + 1, end).join("\n") });
      at = end;
      continue;
    }
    const mark = BULLET.test(line) ? BULLET : NUMBER.test(line) ? NUMBER : null;
    const items = mark === null ? [] : takeWhile(lines.slice(at), (each) => mark.test(each));
    // One line alone is more often a dash or a date than a list.
    if (mark === null || items.length < 2) {
      plain.push(line);
      continue;
    }
    flush();
    const start = Number(NUMBER.exec(line)?.[1] ?? 1);
    blocks.push({ kind: "list", is_ordered: mark === NUMBER, start, items: items.map((each) => inlinesOf(each.replace(mark, ""))) });
    at += items.length - 1;
  }
  flush();
  return blocks;
}

/** Only addresses become links: for the words of somebody who knows nothing of marks. */
export const linksOf = (text: string): readonly Inline[] => scan(text, [LINK]);

export const inlinesOf = (text: string): readonly Inline[] => scan(text, MARKS);

interface Mark {
  readonly pattern: RegExp;
  make(found: RegExpExecArray): { readonly made: Inline; readonly rest: string } | null;
}

const whole = (made: Inline): { made: Inline; rest: string } => ({ made, rest: "" });

const last = (sign: string): string => sign.at(-1) ?? "";

/** A mark stands before a word and after one, so that 2*3*4 and snake_case_names stay what they are. */
const marked = (sign: string, kind: "bold" | "italic"): Mark => ({
  pattern: new RegExp(`(?<![\\p{L}\\p{N}${last(sign)}])${sign}(?=[^\\s${last(sign)}])([^\\n]{0,2000}?[^\\s${last(sign)}])${sign}(?![\\p{L}\\p{N}${last(sign)}])`, "u"),
  make: (found) => whole({ kind, inside: inlinesOf(found[1] ?? "") }),
});

const LINK: Mark = {
  pattern: /(?<![\p{L}\p{N}])(?:https?:\/\/|mailto:)[^\s<>"]{3,2000}/iu,
  make(found) {
    const url = trimEnd(found[0]);
    return SAFE.test(url) && isUrl(url) ? { made: { kind: "link", text: url, url }, rest: found[0].slice(url.length) } : null;
  },
};

const MARKS: readonly Mark[] = [
  { pattern: /`([^`\n]+)`/u, make: (found) => whole({ kind: "code", text: found[1] ?? "" }) },
  {
    pattern: /\[([^[\]\n]{1,200})\]\(((?:https?:\/\/|mailto:)[^\s()<>"]{1,2000})\)/iu,
    make: ([, text = "", url = ""]) => (SAFE.test(url) && isUrl(url) ? whole({ kind: "link", text, url }) : null),
  },
  LINK,
  marked("\\*\\*", "bold"),
  marked("\\*", "italic"),
  marked("_", "italic"),
];

function scan(text: string, marks: readonly Mark[]): readonly Inline[] {
  const made: Inline[] = [];
  let rest = text;
  while (rest !== "") {
    let first: { at: number; length: number; inline: Inline } | null = null;
    for (const { pattern, make } of marks) {
      const found = pattern.exec(rest);
      if (found === null || (first !== null && found.index >= first.at)) continue;
      const result = make(found);
      if (result !== null) first = { at: found.index, length: found[0].length - result.rest.length, inline: result.made };
    }
    if (first === null) break;
    if (first.at > 0) made.push({ kind: "text", text: rest.slice(0, first.at) });
    made.push(first.inline);
    rest = rest.slice(first.at + first.length);
  }
  if (rest !== "") made.push({ kind: "text", text: rest });
  return made;
}

function isUrl(url: string): boolean {
  try {
    return /^(?:https?|mailto):$/.test(new URL(url).protocol);
  } catch {
    return false;
  }
}

/** What ends a sentence is not the end of an address; a bracket is, where it was opened inside. */
function trimEnd(url: string): string {
  const trimmed = url.replace(/[.,;:!?'*_]+$/, "");
  const is_open = trimmed.endsWith(")") && !trimmed.includes("(");
  return is_open ? trimEnd(trimmed.slice(0, -1)) : trimmed;
}

function takeWhile(lines: readonly string[], is_so: (line: string) => boolean): readonly string[] {
  const end = lines.findIndex((line) => !is_so(line));
  return end < 0 ? lines : lines.slice(0, end);
}
