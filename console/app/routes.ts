/** Every page of the console: what an address means, and which address a page has. */

import type { Uuid } from "../../client/src/protocol.ts";

/** A list of the inbox: one of the fixed ones, or of a team or an agent, or a team's queue, by the id. */
export type ListName = "mine" | "unassigned" | "queue" | "bots" | "all" | "closed" | `${"team" | "agent" | "queue"}:${Uuid}`;

export const SETTINGS = [
  "profile", "organization", "members", "teams", "channels", "hours", "canned", "types", "intents", "bots", "tokens", "audit",
] as const;
export type SettingsName = (typeof SETTINGS)[number];

export type AccountName = "login" | "signup" | "invite" | "reset";

export type Route =
  | { readonly page: "inbox"; readonly list: ListName | null }
  | { readonly page: "conversation"; readonly conversation_id: Uuid; readonly seq: number | null }
  | { readonly page: "search"; readonly words: string }
  | { readonly page: "settings"; readonly name: SettingsName; readonly id: Uuid | null }
  | { readonly page: "articles"; readonly id: Uuid | "new" | null }
  | { readonly page: "start" }
  | { readonly page: "team" }
  | { readonly page: "account"; readonly name: AccountName }
  | { readonly page: "missing" };

const FIXED: readonly string[] = ["mine", "unassigned", "queue", "bots", "all", "closed"] satisfies ListName[];
const ACCOUNT: readonly string[] = ["login", "signup", "invite", "reset"] satisfies AccountName[];
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function routeOf(path: string, query = ""): Route {
  const [first = "", second = "", third = "", fourth = "", ...rest] = path.split("/").filter((part) => part !== "");
  const asked = new URLSearchParams(query);
  if (first === "" || (first === "console" && second === "")) return { page: "inbox", list: null };
  if (ACCOUNT.includes(first) && second === "") return { page: "account", name: first as AccountName };
  if (first !== "console" || rest.length > 0) return { page: "missing" };
  switch (second) {
    case "inbox":
      return inbox(third, fourth);
    case "c":
      if (!UUID.test(third) || fourth !== "") return { page: "missing" };
      return { page: "conversation", conversation_id: third.toLowerCase(), seq: Number(asked.get("at")) || null };
    case "search":
      return third === "" ? { page: "search", words: asked.get("q") ?? "" } : { page: "missing" };
    case "articles":
      if (fourth !== "" || (third !== "" && third !== "new" && !UUID.test(third))) return { page: "missing" };
      return { page: "articles", id: third === "" ? null : third.toLowerCase() };
    case "start":
    case "team":
      return third === "" ? { page: second } : { page: "missing" };
    case "settings":
      return settings(third, fourth);
    default:
      return { page: "missing" };
  }
}

function inbox(name: string, id: string): Route {
  if ((name === "team" || name === "agent" || name === "queue") && UUID.test(id)) return { page: "inbox", list: `${name}:${id.toLowerCase()}` };
  if (id !== "") return { page: "missing" };
  if (name === "") return { page: "inbox", list: null };
  return FIXED.includes(name) ? { page: "inbox", list: name as ListName } : { page: "missing" };
}

function settings(name: string, id: string): Route {
  if (name === "") return { page: "settings", name: "profile", id: null };
  const is_known = (SETTINGS as readonly string[]).includes(name);
  const has_place = id === "" || ((name === "channels" || name === "hours" || name === "bots") && UUID.test(id));
  if (!is_known || !has_place) return { page: "missing" };
  return { page: "settings", name: name as SettingsName, id: id === "" ? null : id.toLowerCase() };
}

export const pathToList = (list: ListName): string =>
  `/console/inbox/${list.replace(":", "/")}`;

export const pathToConversation = (conversation_id: Uuid, seq?: number): string =>
  `/console/c/${conversation_id}${seq === undefined ? "" : `?at=${seq}`}`;

export const pathToSettings = (name: SettingsName, id?: Uuid): string =>
  `/console/settings/${name}${id === undefined ? "" : `/${id}`}`;

export const ARTICLES = "/console/articles";
export const pathToArticle = (id: Uuid | "new"): string => `${ARTICLES}/${id}`;

export const pathToSearch = (words: string): string => `/console/search?${new URLSearchParams({ q: words })}`;

export const isList = (name: string | null): name is ListName =>
  name !== null && (FIXED.includes(name) || (/^(?:team|agent|queue):/.test(name) && UUID.test(name.slice(name.indexOf(":") + 1))));
