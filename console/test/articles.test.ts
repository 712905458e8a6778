import { expect, test } from "vitest";
import type { ArticleCard, KbCategory } from "../api/knowledge.ts";
import { figuresOf, fits, ordered, type Narrowing } from "../articles/narrowing.ts";
import { treeOf } from "../articles/tree.ts";
import { sectionsOf } from "../articles/sections.ts";

const CARD = { title: "Returning a plant", slug: "returns", tags: ["orders"], status: "draft", category_id: "c" } as unknown as ArticleCard;
const ALL: Narrowing = { words: "", status: "", category_id: "", order: "" };

test("an article is found by any of its words, its status and its category", () => {
  for (const words of ["", "plant RET", "orders", "returns"]) expect(fits(CARD, { ...ALL, words })).toBe(true);
  expect(fits(CARD, { ...ALL, words: "plant xyz" })).toBe(false);
  expect(fits(CARD, { ...ALL, status: "draft", category_id: "c" })).toBe(true);
  expect(fits(CARD, { ...ALL, status: "published" })).toBe(false);
  expect(fits(CARD, { ...ALL, category_id: "d" })).toBe(false);
});

test("articles are in the order of their use or of their failures, and say in words what came of them", () => {
  const of = (id: string, use_count: number, success_rate: number | null, helpful_count = 0, not_helpful_count = 0) =>
    ({ id, use_count, success_rate, helpful_count, not_helpful_count, view_count: 0, suggested_count: id === "bad" ? 2 : 0 }) as ArticleCard;
  const cards = [of("new", 0, null), of("good", 1200, 1, 9, 1), of("bad", 10, 0.2)];
  expect(ordered(cards, "").map(({ id }) => id)).toEqual(["new", "good", "bad"]);
  expect(ordered(cards, "used").map(({ id }) => id)).toEqual(["good", "bad", "new"]);
  expect(ordered(cards, "failing").map(({ id }) => id)).toEqual(["bad", "good", "new"]);
  expect(ordered(cards, "helpful").map(({ id }) => id)).toEqual(["good", "new", "bad"]);
  const [a, b] = [{ title: "Éclair", view_count: 1 }, { title: "fern", view_count: 2 }] as unknown as [ArticleCard, ArticleCard];
  expect([ordered([b, a], "title"), ordered([a, b], "read")]).toEqual([[a, b], [b, a]]);
  expect(cards.map(figuresOf)).toEqual([[], ["used 1,200×", "100\u00a0% without a person", "helped 9 of 10"], ["suggested 2×", "used 10×", "20\u00a0% without a person"]]);
});

test("categories stand under what they lie in, and none is lost", () => {
  const of = (id: string, parent_id: string | null, display_order = 0) => ({ id, name: id, parent_id, display_order }) as KbCategory;
  const tree = treeOf([of("c", "b"), of("b", null, 1), of("a", null, 2), of("d", "gone")]);
  expect(tree.map(({ category, depth }) => [category.id, depth])).toEqual([["d", 0], ["b", 0], ["c", 1], ["a", 0]]);
});

test("a text is cut at its headings, and what looks like one in code is none", () => {
  const text = "First.\n\n## Second ##\n\n```\n# no heading\n```\n\n### Third";
  expect(sectionsOf(text)).toEqual([
    { level: 0, heading: "", body: "First." },
    { level: 2, heading: "Second", body: "```\n# no heading\n```" },
    { level: 3, heading: "Third", body: "" },
  ]);
  expect(sectionsOf(" \n")).toEqual([]);
});

test("lines of a paragraph are one, and lists, tables and code keep theirs", () => {
  const body = (text: string) => sectionsOf(text)[0]?.body;
  expect(body("One sentence\nthat goes on.\n\nAnother.")).toBe("One sentence that goes on.\n\nAnother.");
  expect(body("- one\n  more\n- two")).toBe("- one more\n- two");
  expect(body("| a |\n|---|\n```\nx\ny\n```\nz")).toBe("| a |\n|---|\n```\nx\ny\n```\nz");
});
