/**
 * What the panel says, in the visitor's language: the server puts the words into the page, as a list in which the build
 * has looked up each `words.name` (vite.config.ts). `{}` is where a name goes.
 */

import { tellTimesIn } from "../../client/src/clock.ts";
import { shared } from "../../client/ui/words.ts";
import type english from "../../server/domain/channels/words/en.json";

export type Words = typeof english;

export const words = {} as Words;

/** From here on this language is spoken. */
export function speak(language: string, told: readonly string[]): void {
  tellTimesIn(language);
  Object.assign(words, told);
  Object.assign(shared, told);
}
