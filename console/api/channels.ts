/** Channels: where conversations come from, and how each looks to a visitor. */

import type { Uuid } from "../../client/src/protocol.ts";
import type { ChangeChannel, ConfiguredChannel, NewChannel, NewIdentityKey } from "../../client/src/rest.ts";
import { all, get, patch, post, remove } from "./rest.ts";

export type { Appearance, ConfiguredChannel as Channel, NewIdentityKey } from "../../client/src/rest.ts";

export const listChannels = (): Promise<readonly ConfiguredChannel[]> => all("/api/channels");
export const showChannel = (id: Uuid): Promise<ConfiguredChannel> => get(`/api/channels/${id}`);
export const addChannel = (body: NewChannel): Promise<ConfiguredChannel> => post("/api/channels", body);
export const changeChannel = (id: Uuid, body: ChangeChannel): Promise<ConfiguredChannel> => patch(`/api/channels/${id}`, body);
export const removeChannel = (id: Uuid): Promise<void> => remove(`/api/channels/${id}`);
export const addIdentityKey = (id: Uuid): Promise<NewIdentityKey> => post(`/api/channels/${id}/identity-keys`);
export const removeIdentityKey = (id: Uuid, kid: Uuid): Promise<void> => remove(`/api/channels/${id}/identity-keys/${kid}`);
