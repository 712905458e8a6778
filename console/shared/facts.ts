/** How facts are told that bots and people note. */

import type { AttributesSet } from "../../client/src/protocol.ts";

export type Fact = NonNullable<AttributesSet["attributes"]>[string];

export const factName = (name: string): string => name.replaceAll("_", " ");
export const factTold = (value: Fact): string => (value === true ? "yes" : value === false ? "no" : String(value ?? ""));
