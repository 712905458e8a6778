/** Business hours, of the organization, a team or a channel. */

import type { Uuid } from "../../client/src/protocol.ts";
import type { Hours } from "../../client/src/rest.ts";
import { get, put } from "./rest.ts";

export type { Holiday, Hours, HoursPlan } from "../../client/src/rest.ts";

/** Whose hours; of the organization without an id. */
export interface Whose {
  readonly kind: "organization" | "team" | "channel";
  readonly id: Uuid | null;
  readonly name: string;
}

const pathOf = ({ kind, id }: Whose): string => (id === null ? "/api/organization/hours" : `/api/${kind}s/${id}/hours`);

export const showHours = (whose: Whose): Promise<Hours> => get(pathOf(whose));
export const putHours = (whose: Whose, hours: Hours): Promise<Hours> => put(pathOf(whose), hours);
