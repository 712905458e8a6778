/** When somebody is back, as visitors of five languages read it. */

import { expect, test } from "vitest";
import { back } from "../panel/back.ts";

const MONDAY_NOON = new Date(2026, 10, 23, 12, 0).getTime();
const at = (day: number, hour: number): number => new Date(2026, 10, day, hour, 0).getTime();

test("it is said by the day that a visitor would name", () => {
  // Whether 9:00 or 09:00 is the browser's to know.
  const told = (moment: number): string | undefined => back(moment, MONDAY_NOON, "en-GB")?.replace(/ (?=\d:)/, " 0");
  expect(told(at(23, 14))).toBe("We are back today at 14:00");
  expect(told(at(24, 0))).toBe("We are back tomorrow at 00:00");
  expect(told(at(25, 9))).toBe("We are back on Wednesday at 09:00");
  expect(told(at(29, 9))).toBe("We are back on Sunday at 09:00");
  // Not before the same day of next week, which has the same name.
  expect(told(at(30, 9))).toBe("We are back on Monday 30 November at 09:00");
});

test("it is said in the language of the panel", () => {
  const told = (locale: string): readonly (string | undefined)[] => [at(24, 14), at(26, 14)].map((each) => back(each, MONDAY_NOON, locale));
  expect(told("de-DE")).toEqual(["Wir sind morgen um 14:00 wieder da", "Wir sind am Donnerstag um 14:00 wieder da"]);
  expect(told("fr-FR")).toEqual(["De retour demain à 14:00", "De retour jeudi à 14:00"]);
  expect(told("es-ES")).toEqual(["Volvemos mañana a las 14:00", "Volvemos el jueves a las 14:00"]);
  expect(told("en-US")[0]).toMatch(/^We are back tomorrow at 2:00\sPM$/);
  expect(told("ar-EG")[0]).toContain("غدًا");
});

test("where nobody knows, nothing is said", () => {
  expect(back(null, MONDAY_NOON, "en")).toBeUndefined();
  expect(back(undefined, MONDAY_NOON, "en")).toBeUndefined();
});
