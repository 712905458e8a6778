/** Channels: where conversations come from, and how each looks to a visitor. */

import type { Milliseconds, Uuid } from "../../client/src/protocol.ts";
import { all, get, patch, post, remove } from "./rest.ts";

export interface Appearance {
  readonly color: string;
  readonly position: "left" | "right";
  readonly language: "auto" | "en" | "de" | "fr" | "es" | "ar";
  readonly greeting: string;
  readonly starters: readonly string[];
  readonly launcher_label: string;
  readonly theme: "auto" | "light" | "dark";
  readonly show_team: boolean;
  readonly away_text: string;
}

export interface IdentityKey {
  readonly kid: string;
  readonly created_at?: Milliseconds;
  /** Told once, when the key is made. */
  readonly secret?: string | null;
}

export interface Channel {
  readonly id: Uuid;
  readonly kind: string;
  readonly name: string;
  readonly is_active: boolean;
  readonly widget_key: string;
  readonly allowed_origins: readonly string[];
  readonly appearance: Appearance;
  readonly identity_keys: readonly IdentityKey[];
  readonly snippet: string;
}

export type ChannelBody = Partial<Pick<Channel, "name" | "is_active" | "allowed_origins" | "appearance">>;

export const listChannels = (): Promise<readonly Channel[]> => all("/api/channels");
export const showChannel = (id: Uuid): Promise<Channel> => get(`/api/channels/${id}`);
export const addChannel = (body: { readonly name: string; readonly allowed_origins: readonly string[] }): Promise<Channel> =>
  post("/api/channels", body);
export const changeChannel = (id: Uuid, body: ChannelBody): Promise<Channel> => patch(`/api/channels/${id}`, body);
export const removeChannel = (id: Uuid): Promise<void> => remove(`/api/channels/${id}`);
export const addIdentityKey = (id: Uuid): Promise<IdentityKey> => post(`/api/channels/${id}/identity-keys`);
export const removeIdentityKey = (id: Uuid, kid: string): Promise<void> =>
  remove(`/api/channels/${id}/identity-keys/${encodeURIComponent(kid)}`);
