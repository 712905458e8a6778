/** A line of the audit log as words: what was done to what. */

import type { AuditLine } from "../../api/people.ts";

/** What the tables are called among people; what is not here is called as it is. */
export const THINGS: Readonly<Record<string, string>> = {
  agent: "profile",
  app_user: "login",
  audit_log: "audit log",
  auth_token: "session or token",
  bot: "bot",
  channel: "channel",
  contact: "contact",
  customer: "customer",
  identity_key: "identity key",
  invitation: "invitation",
  member: "member",
  organization: "organization",
  team: "team",
};

const VERBS: Readonly<Record<AuditLine["action"], string>> = {
  create: "made",
  delete: "removed",
  export: "exported",
  login: "logged in",
  logout: "logged out",
  read: "looked at",
  update: "changed",
};

const plain = (name: string): string => name.replace(/_/g, " ");

export const thingName = (entity_type: string): string => THINGS[entity_type] ?? plain(entity_type);

export function whatWasDone({ action, entity_type, event }: Pick<AuditLine, "action" | "entity_type" | "event">): string {
  if (action === "login" || action === "logout") return VERBS[action];
  const more = event === "" ? "" : ` (${plain(event)})`;
  return `${VERBS[action]} ${thingName(entity_type)}${more}`;
}

/** The fields that became different; of what was made or removed all would be. */
export const whatChanged = ({ action, changes }: Pick<AuditLine, "action" | "changes">): string =>
  action === "update" ? Object.keys(changes).map(plain).join(", ") : "";
