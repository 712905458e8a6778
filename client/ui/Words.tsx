/** The words of a message: with its marks where the team or a bot wrote them, else as they are, with links. */

import { blocksOf, linksOf, type Block, type Inline } from "../src/markdown.ts";

export function Words({ text, has_marks }: { text: string; has_marks: boolean }) {
  if (!has_marks) return <>{linksOf(text).map(drawInline)}</>;
  return <>{blocksOf(text).map(drawBlock)}</>;
}

function drawBlock(block: Block, key: number) {
  switch (block.kind) {
    case "lines":
      return <span key={key} class="lines">{block.inside.map(drawInline)}</span>;
    case "code":
      return <pre key={key} tabIndex={0}><code>{block.text}</code></pre>;
    case "list": {
      const items = block.items.map((item, index) => <li key={index}>{item.map(drawInline)}</li>);
      return block.is_ordered ? <ol key={key} start={block.start}>{items}</ol> : <ul key={key}>{items}</ul>;
    }
  }
}

function drawInline(inline: Inline, key: number) {
  switch (inline.kind) {
    case "text":
      return inline.text;
    case "code":
      return <code key={key}>{inline.text}</code>;
    case "bold":
      return <strong key={key}>{inline.inside.map(drawInline)}</strong>;
    case "italic":
      return <em key={key}>{inline.inside.map(drawInline)}</em>;
    case "link":
      return <a key={key} href={inline.url} title={inline.url} target="_blank" rel="noopener noreferrer nofollow">{inline.text}</a>;
  }
}
