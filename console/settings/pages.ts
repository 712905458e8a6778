/** The pages of the settings: what each is called, what it is for, and who may open it. */

import type { SettingsName } from "../app/routes.ts";
import type { GlyphName } from "../shared/Glyph.tsx";

interface SettingsEntry {
  readonly title: string;
  readonly told: string;
  readonly glyph: GlyphName;
  readonly group: "You" | "Organization" | "Answering" | "Developers";
  readonly permission: string | null;
}

export const PAGES: Readonly<Record<SettingsName, SettingsEntry>> = {
  profile: { title: "Your profile", told: "Your name, password, devices, and how you are told of news.", glyph: "mine", group: "You", permission: null },
  organization: { title: "Organization", told: "What visitors and colleagues see as your name.", glyph: "building", group: "Organization", permission: "organization.read" },
  members: { title: "Members", told: "Who works here, and what each may do.", glyph: "team", group: "Organization", permission: "member.read" },
  teams: { title: "Teams", told: "Groups that conversations can be assigned to.", glyph: "inbox", group: "Organization", permission: "team.read" },
  audit: { title: "Audit log", told: "Who changed what, and when. Nothing in it can be changed or removed.", glyph: "audit", group: "Organization", permission: "audit.read" },
  channels: { title: "Channels", told: "Where conversations come from: one widget for each website.", glyph: "chat", group: "Answering", permission: "channel.read" },
  hours: { title: "Business hours", told: "When somebody is there, and what the widget says else.", glyph: "clock", group: "Answering", permission: "organization.read" },
  canned: { title: "Canned responses", told: "Answers that are ready. Type / in a reply to use one.", glyph: "canned", group: "Answering", permission: "canned_response.read" },
  types: { title: "Interaction types", told: "What conversations are about, so that the figures can tell one matter from another.", glyph: "flag", group: "Answering", permission: "interaction_type.read" },
  intents: { title: "Intents", told: "What visitors want, known by the sentences that you give for it, in every language.", glyph: "search", group: "Answering", permission: "intent.read" },
  bots: { title: "Bots", told: "Programs that answer over the same connection as people.", glyph: "bot", group: "Developers", permission: "bot.write" },
  tokens: { title: "API tokens", told: "Keys for programs that use the API in your name.", glyph: "key", group: "Developers", permission: "api_token.write" },
};

export const GROUPS = ["You", "Organization", "Answering", "Developers"] as const;
