/** A text in parts: those that were found, and what is between them. */

export interface Part {
  readonly text: string;
  readonly is_found: boolean;
}

/** `marks` are [start, end) in characters; what overlaps or lies outside is put right. */
export function partsOf(text: string, marks: readonly (readonly [number, number])[]): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const [from, to] of [...marks].sort((a, b) => a[0] - b[0])) {
    const [start, end] = [Math.max(at, from), Math.min(text.length, to)];
    if (end <= start) continue;
    if (start > at) parts.push({ text: text.slice(at, start), is_found: false });
    parts.push({ text: text.slice(start, end), is_found: true });
    at = end;
  }
  if (at < text.length) parts.push({ text: text.slice(at), is_found: false });
  return parts;
}
