/** What conversations are about, and what each contact was. */

import type { Uuid } from "../../client/src/protocol.ts";
import type * as Rest from "../../client/src/rest.ts";
import { all, get, patch, post, remove, type Page } from "./rest.ts";

export type { Interaction, InteractionType } from "../../client/src/rest.ts";

export const listInteractionTypes = (): Promise<readonly Rest.InteractionType[]> => all("/api/interaction-types");
export const addInteractionType = (body: Rest.NewInteractionType): Promise<Rest.InteractionType> => post("/api/interaction-types", body);
export const changeInteractionType = (id: Uuid, body: Rest.ChangeInteractionType): Promise<Rest.InteractionType> =>
  patch(`/api/interaction-types/${id}`, body);
export const removeInteractionType = (id: Uuid): Promise<void> => remove(`/api/interaction-types/${id}`);

export const listInteractions = (conversation_id: Uuid): Promise<Page<Rest.Interaction>> =>
  get(`/api/conversations/${conversation_id}/interactions`, { limit: 20 });
