/** The roles, from most to least, and what each is for. */

import type { Role } from "../../api/people.ts";

export const ROLES: readonly { readonly value: Role; readonly label: string; readonly told: string }[] = [
  { value: "owner", label: "Owner", told: "May do everything, also end the organization." },
  { value: "admin", label: "Admin", told: "Sets up channels, people, bots and keys." },
  { value: "manager", label: "Manager", told: "Answers, invites people and runs teams." },
  { value: "agent", label: "Agent", told: "Answers visitors." },
  { value: "viewer", label: "Viewer", told: "Reads, and changes nothing." },
];

export const roleName = (role: Role): string => ROLES.find(({ value }) => value === role)?.label ?? role;

const rank = (role: Role): number => ROLES.findIndex(({ value }) => value === role);

/** What somebody of this role may give to others: an owner everything, everybody else up to the own role. */
export const givableBy = (mine: Role): readonly { readonly value: Role; readonly label: string; readonly told: string }[] =>
  ROLES.filter(({ value }) => (mine === "owner" || value !== "owner") && rank(value) >= rank(mine));

/** Whether somebody of this role may change one of that role. */
export const mayChange = (mine: Role, theirs: Role): boolean => mine === "owner" || rank(theirs) > rank(mine);
