import fc from "fast-check";
import { expect, test } from "vitest";
import { blocksOf, inlinesOf, linksOf, type Block, type Inline } from "../src/markdown.ts";

const text = (value: string): Inline => ({ kind: "text", text: value });

test("marks at words become bold, italic and code", () => {
  expect(inlinesOf("a **b** *c* _d_ `e*f*`")).toEqual([
    text("a "), { kind: "bold", inside: [text("b")] }, text(" "), { kind: "italic", inside: [text("c")] },
    text(" "), { kind: "italic", inside: [text("d")] }, text(" "), { kind: "code", text: "e*f*" },
  ]);
});

test.each(["2*3*4", "snake_case_name", "**", "* a *", "a ** b ** c", "5 * 4 = 20 * 1", "__init__.py", "`", "[a](b)"])("%j stays what it is", (told) => {
  expect(inlinesOf(told)).toEqual([text(told)]);
});

test("an address becomes a link, and what ends the sentence does not belong to it", () => {
  expect(inlinesOf("See https://a.example/b_c?d=1#e. (https://f.example/g)")).toEqual([
    text("See "), { kind: "link", text: "https://a.example/b_c?d=1#e", url: "https://a.example/b_c?d=1#e" },
    text(". ("), { kind: "link", text: "https://f.example/g", url: "https://f.example/g" }, text(")"),
  ]);
  expect(inlinesOf("[our shop](https://a.example)")).toEqual([{ kind: "link", text: "our shop", url: "https://a.example" }]);
  expect(inlinesOf("mailto:vera@a.example")).toEqual([{ kind: "link", text: "mailto:vera@a.example", url: "mailto:vera@a.example" }]);
});

test.each([
  "javascript:alert(1)", "[x](javascript:alert(1))", "[x](data:text/html,<script>)", "[x](JaVaScRiPt:alert(1))",
  "<img src=x onerror=alert(1)>", "[x](//a.example)", "vbscript:x", "file:///etc/passwd", "https://", "http:///x",
])("%j is no link", (told) => {
  const kinds = [...inlinesOf(told), ...linksOf(told)].map((each) => each.kind);
  expect(kinds).not.toContain("link");
});

test("two lines with a mark before them are a list, one alone is a line", () => {
  expect(blocksOf("- one")).toEqual([{ kind: "lines", inside: [text("- one")] }]);
  expect(blocksOf("so:\n- one\n- two")).toEqual([
    { kind: "lines", inside: [text("so:")] },
    { kind: "list", is_ordered: false, start: 1, items: [[text("one")], [text("two")]] },
  ]);
  expect(blocksOf("3. c\n4. d")).toEqual([{ kind: "list", is_ordered: true, start: 3, items: [[text("c")], [text("d")]] }]);
});

test("what stands between fences is code, and a fence without an end is text", () => {
  expect(blocksOf("```js\n**a**\n```")).toEqual([{ kind: "code", text: "**a**" }]);
  expect(blocksOf("```\na")).toEqual([{ kind: "lines", inside: [text("```\na")] }]);
});

test("for somebody who knows no marks every character stays", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (told) => {
      const shown = linksOf(told).map((each) => ("text" in each ? each.text : "")).join("");
      expect(shown).toBe(told);
    }),
  );
});

test("no message takes long, and every link is one that may be followed", () => {
  const piece = fc.constantFrom("*", "**", "_", "`", "[", "](", ")", "http://", "https://a.b", "javascript:", "\n", "- ", "1. ", "```", " ", "a", "<");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 400 }), (pieces) => {
      const begun = performance.now();
      for (const url of urlsOf(blocksOf(pieces.join("")))) expect(url).toMatch(/^(?:https?:\/\/|mailto:)/i);
      expect(performance.now() - begun).toBeLessThan(500);
    }),
    { numRuns: 60 },
  );
});

const urlsOf = (blocks: readonly Block[]): readonly string[] =>
  blocks.flatMap((block) => (block.kind === "lines" ? inside(block.inside) : block.kind === "list" ? block.items.flatMap(inside) : []));

const inside = (inlines: readonly Inline[]): readonly string[] =>
  inlines.flatMap((each) => (each.kind === "link" ? [each.url] : "inside" in each ? inside(each.inside) : []));
