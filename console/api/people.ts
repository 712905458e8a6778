/** People and their organization: who is here, who else is, and what may open a door. */

import { ask } from "../../client/src/ask.ts";
import type { Uuid } from "../../client/src/protocol.ts";
import type * as Rest from "../../client/src/rest.ts";
import { all, get, patch, post, put, remove, type Page } from "./rest.ts";

export type { ApiToken, AuditLine, Bot, BotAnswer, BotTool, ConfiguredBot, Invitation, MadeBot, MadeInvitation, MadeToken, Me, Member, Skill } from "../../client/src/rest.ts";
export type { Organization, SessionInfo, ShownInvitation, Team } from "../../client/src/rest.ts";
export type Role = Rest.Me["role"];

// Asked without a session: what these refuse says nothing about one.
export const showDoors = (): Promise<Rest.Doors> => ask("GET", "/api/doors");
export const signUp = (body: Rest.SignUp): Promise<Rest.Me> => ask("POST", "/api/signup", body);
export const logIn = (body: Rest.Login): Promise<Rest.Me> => ask("POST", "/api/login", body);
export const logOut = (): Promise<void> => ask("POST", "/api/logout", {});
export const whoAmI = (): Promise<Rest.Me> => ask("GET", "/api/me");
export const resetPassword = (body: Rest.AskReset): Promise<void> => ask("POST", "/api/password-reset", body);
export const confirmReset = (body: Rest.ConfirmReset): Promise<void> => ask("POST", "/api/password-reset/confirm", body);
export const lookAtInvitation = (token: string): Promise<Rest.ShownInvitation> => ask("POST", "/api/invitations/look", { token });
export const acceptInvitation = (body: Rest.AcceptInvitation): Promise<Rest.Me> => ask("POST", "/api/invitations/accept", body);

export const switchOrganization = (organization_id: Uuid): Promise<Rest.Me> => post("/api/me/organization", { organization_id });
export const changeMe = (body: Rest.ChangeMe): Promise<Rest.Me> => patch("/api/me", body);
export const chooseAvailability = (body: Rest.ChooseAvailability): Promise<Rest.Me> => put("/api/me/availability", body);
export const changePassword = (body: Rest.ChangePassword): Promise<void> => post("/api/me/password", body);
export const listSessions = (): Promise<readonly Rest.SessionInfo[]> => all("/api/me/sessions");
export const endSession = (id: Uuid): Promise<void> => remove(`/api/me/sessions/${id}`);

export const listMembers = (): Promise<readonly Rest.Member[]> => all("/api/members");
export const changeMember = (id: Uuid, body: Rest.ChangeMember): Promise<Rest.Member> => patch(`/api/members/${id}`, body);
export const changeRouting = (id: Uuid, body: Rest.ChangeRouting): Promise<Rest.Member> => patch(`/api/members/${id}/routing`, body);
export const deactivateMember = (id: Uuid): Promise<void> => remove(`/api/members/${id}`);

export const listInvitations = (): Promise<readonly Rest.Invitation[]> => all("/api/invitations");
export const invite = (body: Rest.Invite): Promise<Rest.MadeInvitation> => post("/api/invitations", body);
export const withdrawInvitation = (id: Uuid): Promise<void> => remove(`/api/invitations/${id}`);

export const listTeams = (): Promise<readonly Rest.Team[]> => all("/api/teams");
export const addTeam = (body: Rest.NewTeam): Promise<Rest.Team> => post("/api/teams", body);
export const changeTeam = (id: Uuid, body: Rest.ChangeTeam): Promise<Rest.Team> => patch(`/api/teams/${id}`, body);
export const setTeamMembers = (id: Uuid, body: Rest.TeamMembers): Promise<Rest.Team> => put(`/api/teams/${id}/members`, body);
export const removeTeam = (id: Uuid): Promise<void> => remove(`/api/teams/${id}`);

export const showOrganization = (): Promise<Rest.Organization> => get("/api/organization");
export const changeOrganization = (body: Rest.ChangeOrganization): Promise<Rest.Organization> => patch("/api/organization", body);
export const deleteOrganization = (name: string): Promise<void> => remove("/api/organization", { name });

export const listTokens = (): Promise<readonly Rest.ApiToken[]> => all("/api/tokens");
export const addToken = (body: Rest.NewToken): Promise<Rest.MadeToken> => post("/api/tokens", body);
export const removeToken = (id: Uuid): Promise<void> => remove(`/api/tokens/${id}`);

export const listBots = (): Promise<readonly Rest.Bot[]> => all("/api/bots");
export const addBot = (body: Rest.NewBot): Promise<Rest.MadeBot> => post("/api/bots", body);
export const showBot = (id: Uuid): Promise<Rest.ConfiguredBot> => get(`/api/bots/${id}`);
export const changeBot = (id: Uuid, body: Rest.ChangeBot): Promise<Rest.ConfiguredBot> => patch(`/api/bots/${id}`, body);
export const showToolReport = (id: Uuid): Promise<Rest.ToolReport> => get(`/api/bots/${id}/tool-report`);
export const showScorecard = (id: Uuid): Promise<Rest.Scorecard> => get(`/api/bots/${id}/scorecard`);
export const askBot = (body: Rest.AskBot): Promise<Rest.BotAnswer> => post("/api/agents/chat", body);
export const listBotTools = (id: Uuid): Promise<readonly Rest.BotTool[]> => all(`/api/bots/${id}/tools`);
export const changeBotTool = (tool: Rest.BotTool, body: Rest.ChangeBotTool): Promise<Rest.BotTool> => patch(`/api/bots/${tool.bot_id}/tools/${tool.id}`, body);
export const removeBotTool = (tool: Rest.BotTool): Promise<void> => remove(`/api/bots/${tool.bot_id}/tools/${tool.id}`);
export const reportSuggestions = (query: Rest.Range): Promise<Rest.SuggestionReport> => get("/api/suggestions/report", { ...query });
export const renewBotToken = (id: Uuid): Promise<Rest.BotToken> => post(`/api/bots/${id}/token`);
export const removeBot = (id: Uuid): Promise<void> => remove(`/api/bots/${id}`);

export const listAudit = (filter: Rest.AuditFilter): Promise<Page<Rest.AuditLine>> => get("/api/audit", { ...filter });
