/** Times in the language of the face, the way the reader's region writes them. */

import { expect, test } from "vitest";
import { localeFor } from "../src/clock.ts";

const AFTERNOON = new Date(2026, 2, 3, 14, 5);

const clockOf = (language: string, asked: readonly string[]): string =>
  new Intl.DateTimeFormat(localeFor(language, asked), { hour: "numeric", minute: "2-digit" }).format(AFTERNOON);

test("English is read by the clock of the reader's region", () => {
  expect(clockOf("en", ["en-GB", "en-US", "en"])).toBe("14:05");
  expect(clockOf("en", ["en-US"])).toMatch(/^2:05\sPM$/);
});

test("a region counts also where another language is spoken there", () => {
  expect(clockOf("en", ["de-DE", "de", "en-US", "en"])).toBe("14:05");
  expect(localeFor("es", ["zh-Hant-TW"])).toBe("es-TW");
  expect(localeFor("es", ["es-419"])).toBe("es-419");
});

test("whoever tells no region gets the language alone", () => {
  expect(localeFor("de", [])).toBe("de");
  expect(localeFor("de", ["fr", "*", "sr-Cyrl"])).toBe("de");
  expect(localeFor("en", ["en", "en-GB"])).toBe("en-GB");
});
