/** The place in line, as visitors of five languages read it. */

import { expect, test } from "vitest";
import { line } from "../panel/line.ts";

const told = (place: number, seconds: number | null, locale: string): string =>
  line({ type: "queue_moved", conversation_id: "c", place, seconds }, locale);

test("whoever is next is told so, and nobody is promised a time that nobody knows", () => {
  expect(told(1, null, "en-GB")).toBe("You are next");
  expect(told(3, null, "en-GB")).toBe("You are number 3 in line");
});

test("the time is in whole minutes, and never none", () => {
  expect(told(1, 0, "en-GB")).toMatch(/^You are next · about 1 min/);
  expect(told(2, 61, "en-GB")).toMatch(/^You are number 2 in line · about 2 min/);
});

test("it is said in the language of the panel", () => {
  expect(told(1, null, "de")).toBe("Sie sind als Nächstes an der Reihe");
  expect(told(2, null, "fr")).toBe("Vous êtes en position 2");
  expect(told(2, null, "es-MX")).toBe("Estás en el puesto 2");
  expect(told(1, null, "ar")).toBe("دورك هو التالي");
});
