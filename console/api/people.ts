/** People and their organization: who is here, who else is, and what may open a door. */

import { ask } from "../../client/src/ask.ts";
import type { Milliseconds, Uuid } from "../../client/src/protocol.ts";
import { all, get, patch, post, put, remove, type Page } from "./rest.ts";

export type Role = "owner" | "admin" | "manager" | "agent" | "viewer";

export interface Seat {
  readonly organization_id: Uuid;
  readonly name: string;
  readonly role: Role;
}

export interface Me {
  readonly agent_id: Uuid;
  readonly name: string;
  readonly email: string;
  readonly avatar_url: string | null;
  readonly role: Role;
  readonly permissions: readonly string[];
  readonly organization_id: Uuid;
  readonly organization_name: string;
  readonly organizations: readonly Seat[];
  readonly timezone: string;
  readonly locale: string;
}

export interface Signup {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly organization_name: string;
}

/** What strangers may do here. */
export interface Doors {
  readonly may_sign_up: boolean;
  /** The server can send e-mail. */
  readonly may_reset_password: boolean;
}

// Asked without a session: what these refuse says nothing about one.
export const showDoors = (): Promise<Doors> => ask("GET", "/api/doors");
export const signUp = (body: Signup): Promise<Me> => ask("POST", "/api/signup", body);
export const logIn = (email: string, password: string): Promise<Me> => ask("POST", "/api/login", { email, password });
export const logOut = (): Promise<void> => ask("POST", "/api/logout", {});
export const whoAmI = (): Promise<Me> => ask("GET", "/api/me");
export const resetPassword = (email: string): Promise<void> => ask("POST", "/api/password-reset", { email });
export const confirmReset = (token: string, password: string): Promise<void> =>
  ask("POST", "/api/password-reset/confirm", { token, password });

export interface Invited {
  readonly organization_name: string;
  readonly inviter_name: string;
  readonly email: string | null;
  readonly role: Role;
  /** The e-mail has a login already, whose password is asked for. */
  readonly is_known: boolean;
}

export const lookAtInvitation = (token: string): Promise<Invited> => ask("POST", "/api/invitations/look", { token });
export const acceptInvitation = (body: {
  readonly token: string;
  readonly email?: string;
  readonly name?: string;
  readonly password?: string;
}): Promise<Me> => ask("POST", "/api/invitations/accept", body);

export const switchOrganization = (organization_id: Uuid): Promise<Me> => post("/api/me/organization", { organization_id });
export const changeMe = (body: Partial<Pick<Me, "name" | "timezone" | "locale">>): Promise<Me> => patch("/api/me", body);
export const changePassword = (current: string, password: string): Promise<void> =>
  post("/api/me/password", { current, password });

export interface SessionInfo {
  readonly id: Uuid;
  readonly created_at: Milliseconds;
  readonly last_used_at: Milliseconds | null;
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly is_this: boolean;
}

export const listSessions = (): Promise<readonly SessionInfo[]> => all("/api/me/sessions");
export const endSession = (id: Uuid): Promise<void> => remove(`/api/me/sessions/${id}`);

export interface Member {
  readonly id: Uuid;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly is_active: boolean;
  readonly job_title?: string | null;
  readonly avatar_url?: string | null;
}

export const listMembers = (): Promise<readonly Member[]> => all("/api/members");
export const changeMember = (id: Uuid, body: Partial<Pick<Member, "role" | "is_active" | "name">>): Promise<Member> =>
  patch(`/api/members/${id}`, body);
export const deactivateMember = (id: Uuid): Promise<void> => remove(`/api/members/${id}`);

export interface Invitation {
  readonly id: Uuid;
  readonly email: string | null;
  readonly role: Role;
  /** Told once, when the invitation is made. */
  readonly link?: string | null;
  readonly expires_at: Milliseconds;
  readonly was_mailed?: boolean;
}

export const listInvitations = (): Promise<readonly Invitation[]> => all("/api/invitations");
export const invite = (body: { readonly email?: string; readonly role: Role }): Promise<Invitation> =>
  post("/api/invitations", body);
export const withdrawInvitation = (id: Uuid): Promise<void> => remove(`/api/invitations/${id}`);

export interface Team {
  readonly id: Uuid;
  readonly name: string;
  readonly description: string;
  readonly member_ids: readonly Uuid[];
  readonly lead_id: Uuid | null;
}

export const listTeams = (): Promise<readonly Team[]> => all("/api/teams");
export const addTeam = (body: Pick<Team, "name" | "description">): Promise<Team> => post("/api/teams", body);
export const changeTeam = (id: Uuid, body: Partial<Pick<Team, "name" | "description">>): Promise<Team> =>
  patch(`/api/teams/${id}`, body);
export const setTeamMembers = (id: Uuid, body: Pick<Team, "member_ids" | "lead_id">): Promise<Team> =>
  put(`/api/teams/${id}/members`, body);
export const removeTeam = (id: Uuid): Promise<void> => remove(`/api/teams/${id}`);

export interface Organization {
  readonly id: Uuid;
  readonly name: string;
  readonly slug: string;
  readonly timezone?: string;
  readonly created_at?: Milliseconds;
}

export const showOrganization = (): Promise<Organization> => get("/api/organization");
export const changeOrganization = (body: Partial<Organization>): Promise<Organization> => patch("/api/organization", body);
export const deleteOrganization = (name: string): Promise<void> => remove("/api/organization", { name });

export interface ApiToken {
  readonly id: Uuid;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly created_at: Milliseconds;
  readonly expires_at: Milliseconds | null;
  readonly last_used_at: Milliseconds | null;
  /** Told once, when the token is made. */
  readonly token?: string | null;
}

export const listTokens = (): Promise<readonly ApiToken[]> => all("/api/tokens");
export const addToken = (body: {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expires_days: number | null;
}): Promise<ApiToken> => post("/api/tokens", body);
export const removeToken = (id: Uuid): Promise<void> => remove(`/api/tokens/${id}`);

export interface Bot {
  readonly id: Uuid;
  readonly name: string;
  readonly type: string;
  readonly instructions: string;
  readonly is_active?: boolean;
  readonly token?: string | null;
}

export const listBots = (): Promise<readonly Bot[]> => all("/api/bots");
export const addBot = (body: Pick<Bot, "name" | "type" | "instructions">): Promise<Bot> => post("/api/bots", body);
export const renewBotToken = (id: Uuid): Promise<Bot> => post(`/api/bots/${id}/token`);
export const removeBot = (id: Uuid): Promise<void> => remove(`/api/bots/${id}`);

export interface AuditEntry {
  readonly id: Uuid;
  readonly at: Milliseconds;
  readonly action: string;
  readonly entity_type: string;
  readonly entity_id: Uuid | null;
  readonly actor_id: Uuid | null;
  readonly actor_name: string | null;
  readonly address: string | null;
  readonly changes?: Readonly<Record<string, unknown>> | null;
}

export const listAudit = (cursor: string, entity_type: string, actor_id: string): Promise<Page<AuditEntry>> =>
  get("/api/audit", { cursor, entity_type, actor_id });
