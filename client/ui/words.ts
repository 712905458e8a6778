/** What the shared parts say: English, unless a face puts the words of another language here before it draws. */

import { english } from "./english.ts";

export type SharedWords = typeof english;

export const shared: SharedWords = english;

/** Puts a name where the words have `{}`. */
export const withName = (words: string, name: string): string => words.replace("{}", () => name);
