/** What visitors may want, and how a sentence is understood. */

import type { Uuid } from "../../client/src/protocol.ts";
import type * as Rest from "../../client/src/rest.ts";
import { all, patch, post, remove } from "./rest.ts";

export type { Intent, Reading } from "../../client/src/rest.ts";

export const listIntents = (): Promise<readonly Rest.Intent[]> => all("/api/intents");
export const addIntent = (body: Rest.NewIntent): Promise<Rest.Intent> => post("/api/intents", body);
export const changeIntent = (id: Uuid, body: Rest.ChangeIntent): Promise<Rest.Intent> => patch(`/api/intents/${id}`, body);
export const removeIntent = (id: Uuid): Promise<void> => remove(`/api/intents/${id}`);
export const trySentence = (body: Rest.Sentence): Promise<Rest.Reading> => post("/api/intents/try", body);
