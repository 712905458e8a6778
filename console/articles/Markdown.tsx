/** An article as it is read: headings, and under them the marks of a message. Everything becomes text nodes and elements. */

import { Words } from "../../client/ui/Words.tsx";
import { sectionsOf } from "./sections.ts";
import "./markdown.css";

/** `top` is the level of its first headings, below whatever stands above it on the page. */
export function Markdown({ text, top = 2 }: { text: string; top?: 2 | 4 }) {
  const Upper = `h${top}` as const;
  const Lower = `h${top + 1}` as "h3" | "h5";
  return (
    <div class="markdown" dir="auto">
      {sectionsOf(text).map((part, index) => (
        <section key={index}>
          {part.heading !== "" && (part.level <= 2 || index === 0 ? <Upper>{part.heading}</Upper> : <Lower>{part.heading}</Lower>)}
          {part.body !== "" && <div class="body"><Words text={part.body} has_marks /></div>}
        </section>
      ))}
    </div>
  );
}
