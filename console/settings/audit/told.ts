/** A line of the audit log as a sentence, whose subject stands before it: "invited iris@people.example as agent". */

import type { AuditLine } from "../../api/people.ts";
import { roleName, ROLES } from "../members/roles.ts";
import { changesOf, labelOf, type Change } from "./changes.ts";

export type Line = Pick<AuditLine, "action" | "entity_type" | "entity_id" | "entity_name" | "event" | "actor_id" | "actor_type" | "actor_name" | "address" | "changes">;

/** Words around the name of the thing, which is set apart: it may run in another direction. */
export interface Told {
  readonly before: string;
  readonly name: string;
  readonly after: string;
}

/** What the tables are called among people; what is not here is called as it is. */
export const THINGS: Readonly<Record<string, string>> = {
  agent: "profile",
  app_user: "login",
  article: "article",
  audit_log: "audit log",
  auth_token: "session or token",
  bot: "bot",
  business_hours: "business hours",
  channel: "channel",
  contact: "contact",
  customer: "customer",
  identity_key: "identity key",
  invitation: "invitation",
  kb_category: "category of articles",
  member: "member",
  organization: "organization",
  team: "team",
};

const EVENTS: Readonly<Record<string, string>> = {
  invitation_accepted: "accepted an invitation and logged in",
  login_refused: "typed a wrong password",
  organization_founded: "founded the organization",
  organization_switched: "went to another organization",
  password_changed: "changed their password",
  password_reset: "reset their password",
  session_ended: "logged out",
  session_opened: "logged in",
};

/** So many changed fields are named in the sentence; more are counted. */
const NAMED = 2;

export const actorOf = ({ actor_name, actor_type, action }: Pick<Line, "actor_name" | "actor_type" | "action">): string =>
  actor_name || (actor_type === "system" ? "Frontdesk" : action === "login" ? "Somebody" : "Somebody who is gone");

export function toldOf(line: Line): Told {
  const { action, event, address } = line;
  const known = EVENTS[event];
  if (known !== undefined) return { before: known, name: "", after: address === "" ? "" : ` from ${address}` };
  switch (action) {
    case "login":
    case "logout":
      return { before: action === "login" ? "logged in" : "logged out", name: "", after: address === "" ? "" : ` from ${address}` };
    case "read":
      return about("looked at", line);
    case "export":
      return about("exported", line);
    case "create":
      return created(line);
    case "delete":
      return about("removed", line);
    case "update":
      return updated(line);
  }
}

function created(line: Line): Told {
  const role = roleIn(line.changes["role"]);
  const as = role === "" ? "" : ` as ${role}`;
  if (line.entity_type === "invitation") return { before: line.entity_name === "" ? "invited somebody" : "invited ", name: line.entity_name, after: as };
  if (line.entity_type === "organization") return { before: "founded the organization", name: "", after: "" };
  if (line.entity_type !== "member") return about(isFound(line) ? "noted" : "made", line);
  if (line.actor_id === line.entity_id) return { before: `joined${as}`, name: "", after: "" };
  return { ...about("added", line, "somebody"), after: as };
}

/** Nobody makes the people who write. */
const isFound = ({ entity_type, actor_type }: Line): boolean => actor_type === "system" && (entity_type === "contact" || entity_type === "customer");

function updated(line: Line): Told {
  const { entity_type, event, changes } = line;
  if (event === "team_members_changed") return about("changed who is in", line);
  if (event === "skills_changed") return about("changed the skills of", line);
  if (entity_type === "invitation" && changes["accepted_at"] !== undefined) return { before: "accepted the invitation", name: "", after: "" };
  if (changes["revoked_at"] !== undefined) return about("revoked", line);
  const is_active = newValue(changes["is_active"]);
  if (typeof is_active === "boolean" && Object.keys(changes).length === 1) return about(is_active ? "activated" : "deactivated", line);
  const fields = changesOf(changes);
  if (fields.length === 0 || fields.length > NAMED) return about(fields.length > NAMED ? `changed ${fields.length} settings of` : "changed", line);
  const told = about(`changed the ${fields.map(({ label }) => label).join(" and the ")} of`, line);
  return { ...told, after: fields.length === 1 && fields[0] !== undefined ? fromTo(fields[0]) : "" };
}

/** ": Agent → Admin", where both are short enough to stand in a sentence. */
function fromTo({ key, before, after, is_hidden }: Change): string {
  const [was, is] = key === "role" ? [roleName(before as never), roleName(after as never)] : [before, after];
  return is_hidden || was.length + is.length > 60 ? "" : `: ${was || "nothing"} → ${is || "nothing"}`;
}

/** The verb, and the thing by kind and name; people go by their names alone, and whoever acts on the own seat by none. */
function about(verb: string, line: Line, unnamed?: string): Told {
  const { entity_type, entity_id, entity_name, actor_id, actor_type } = line;
  if (["audit_log", "organization", "business_hours"].includes(entity_type)) return { before: `${verb} the ${thingName(entity_type)}`, name: "", after: "" };
  const is_person = entity_type === "member" || entity_type === "agent";
  if (is_person && entity_id === actor_id && actor_type !== "system") return { before: `${verb} their profile`, name: "", after: "" };
  if (entity_name === "") return { before: `${verb} ${unnamed ?? aThing(entity_type)}`, name: "", after: "" };
  if (is_person) return { before: `${verb} `, name: entity_name, after: "" };
  if (entity_type === "identity_key") return { before: `${verb} an identity key of the channel `, name: entity_name, after: "" };
  return { before: `${verb} the ${entity_type === "auth_token" ? "API token" : thingName(entity_type)} `, name: entity_name, after: "" };
}

/** Where it has no name, or is gone. */
const aThing = (entity_type: string): string => (/^[aeiou]/.test(thingName(entity_type)) ? "an " : "a ") + thingName(entity_type);

const thingName = (entity_type: string): string => (entity_type === "auth_token" ? "token" : (THINGS[entity_type] ?? labelOf(entity_type)));

const newValue = (change: unknown): unknown => (Array.isArray(change) ? change[1] : undefined);

function roleIn(change: unknown): string {
  const role = newValue(change);
  return ROLES.find(({ value }) => value === role)?.label.toLowerCase() ?? "";
}
