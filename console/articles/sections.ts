/** Markdown cut at its headings; a number sign in code is none. */

export interface Section {
  readonly level: number;
  readonly heading: string;
  readonly body: string;
}

const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;

/** What begins a line of its own, whatever stands above it. */
const OWN = /^\s*(?:[-*•+] |\d{1,4}[.)] |\||>|```|$)/;

/** The lines of a paragraph in one: where a file was broken off for its writer is nothing to its reader. */
function joined(lines: readonly string[]): string {
  let text = "";
  let is_code = false;
  let is_open = false;
  for (const line of lines) {
    const is_fence = line.startsWith("```");
    const goes_on = is_open && !is_code && !OWN.test(line);
    text += text === "" ? line : goes_on ? ` ${line.trim()}` : `\n${line}`;
    if (is_fence) is_code = !is_code;
    is_open = !is_code && !is_fence && line.trim() !== "" && !line.trimStart().startsWith("|") && !line.endsWith("  ");
  }
  return text;
}

export function sectionsOf(text: string): readonly Section[] {
  const sections: { level: number; heading: string; lines: string[] }[] = [{ level: 0, heading: "", lines: [] }];
  let is_code = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("```")) is_code = !is_code;
    const found = is_code ? null : HEADING.exec(line);
    if (found === null) sections.at(-1)?.lines.push(line);
    else sections.push({ level: (found[1] ?? "").length, heading: found[2] ?? "", lines: [] });
  }
  return sections
    .map(({ level, heading, lines }) => ({ level, heading, body: joined(lines).trim() }))
    .filter(({ heading, body }) => heading !== "" || body !== "");
}
