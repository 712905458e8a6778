/** Every screen there is a picture of. A new one is a line here: its name, who looks, where, and what is done there; that
 * the server refuses something on it is told, or else it counts as an error of the page. */

import { canned, clicked, noMail, note, openFirst, pressed, scrolled, tried, unfolded, wrongPassword } from "./acts.js";
import { answered, asked, away, helped, listed, mailed, opened, reachable } from "./chat.js";

/** @import { Page } from "playwright-core" */
/** @import { Facts, Name } from "./facts.js" */
/** @import { Company } from "./companies.js" */
/** @typedef {{ theme: "light" | "dark", size: "desktop" | "phone" }} Look */
/**
 * @typedef {{
 *   name: string,
 *   as?: Name | ((facts: Facts) => Promise<Company>),
 *   on?: "shop",
 *   path: string | ((facts: Facts) => string | Promise<string>),
 *   act?: (page: Page, facts: Facts, look: Look) => Promise<void>,
 *   locale?: string,
 *   is_refused?: true,
 *   sizes?: readonly Look["size"][],
 * }} Screen
 */

/** @param {{ conversation_id: string }} card */
const thread = ({ conversation_id }) => `/console/c/${conversation_id}`;
/** @param {string} name */
const settings = (name) => ({ name: `settings-${name}`, as: /** @type {const} */ ("maya"), path: `/console/settings/${name}` });

/** @param {Facts} facts */
const empty = (facts) => facts.empty();
/** @param {Facts} facts */
const crowded = (facts) => facts.crowded();
/** @param {Facts} facts */
const asleep = (facts) => facts.away();
/** @param {Facts} facts */
const one_of_two = async (facts) => (await facts.away(), facts.empty());
const DESKTOP = /** @type {const} */ (["desktop"]);
const PHONE = /** @type {const} */ (["phone"]);

/** @type {readonly Screen[]} */
export const SCREENS = [
  { name: "login", path: "/login" },
  { name: "login-refused", path: "/login", act: wrongPassword },
  { name: "signup", path: "/signup" },
  { name: "reset", path: "/reset" },
  { name: "reset-refused", path: "/reset", act: noMail, is_refused: true },
  { name: "reset-set", path: "/reset#token=shown-in-a-picture" },
  { name: "invite", path: ({ invitation }) => `/invite${invitation}` },
  { name: "invite-gone", path: "/invite#token=gone", is_refused: true },
  { name: "missing", as: "maya", path: "/console/no-such-page" },
  { name: "start", as: "maya", path: "/console/start" },
  { name: "inbox-mine", as: "jonas", path: "/console/inbox/mine" },
  { name: "inbox-unassigned", as: "amara", path: "/console/inbox/unassigned" },
  { name: "inbox-queue", as: "jonas", path: "/console/inbox/queue" },
  { name: "inbox-bots", as: "maya", path: "/console/inbox/bots" },
  { name: "inbox-all", as: "maya", path: "/console/inbox/all" },
  { name: "inbox-closed", as: "maya", path: "/console/inbox/closed" },
  { name: "thread", as: "amara", path: (facts) => thread(facts.thread) },
  { name: "thread-waiting", as: "jonas", path: (facts) => thread(facts.waiting) },
  { name: "thread-urgent", as: "maya", path: (facts) => thread(facts.noted) },
  { name: "thread-arabic", as: "maya", path: (facts) => thread(facts.arabic) },
  { name: "thread-closed", as: "maya", path: (facts) => thread(facts.closed) },
  { name: "desk", as: "amara", path: "/console/inbox/mine", act: openFirst },
  { name: "note", as: "amara", path: (facts) => thread(facts.thread), act: note },
  { name: "canned", as: "amara", path: (facts) => thread(facts.thread), act: canned },
  { name: "search", as: "maya", path: "/console/search?q=monstera" },
  { name: "team", as: "maya", path: "/console/team" },
  { name: "articles", as: "maya", path: "/console/articles" },
  { name: "article", as: "maya", path: (facts) => `/console/articles/${facts.article_id}` },
  { name: "article-versions", as: "maya", path: (facts) => `/console/articles/${facts.article_id}`, act: clicked("header .ways .button:last-child") },
  { name: "article-new", as: "maya", path: "/console/articles/new" },
  { name: "empty-articles", as: empty, path: "/console/articles" },
  { name: "status", as: "jonas", path: "/console/team", act: pressed("s", "Dentist") },
  { name: "search-nothing", as: "maya", path: "/console/search?q=zeppelin" },
  { name: "palette", as: "maya", path: "/console/inbox/all", act: pressed("Control+k", "clo"), sizes: DESKTOP },
  { name: "palette-all", as: "maya", path: (facts) => thread(facts.thread), act: pressed("Control+k") },
  { name: "keys", as: "maya", path: "/console/inbox/all", act: pressed("?"), sizes: DESKTOP },
  { name: "assign", as: "maya", path: (facts) => thread(facts.thread), act: pressed("a") },
  { name: "tags", as: "maya", path: (facts) => thread(facts.thread), act: pressed("t") },
  { name: "menu", as: "maya", path: "/console/inbox/all", act: clicked("button[aria-label='Lists and settings']"), sizes: PHONE },
  { name: "side", as: "amara", path: (facts) => thread(facts.thread), act: clicked(".thread button[aria-label='Side panel']"), sizes: PHONE },
  { name: "viewer-inbox", as: "priya", path: "/console/inbox/all" },
  { name: "viewer-thread", as: "priya", path: (facts) => thread(facts.thread) },
  { name: "viewer-settings", as: "priya", path: "/console/settings" },
  { name: "viewer-members", as: "priya", path: "/console/settings/members" },
  ...["profile", "organization", "members", "teams", "channels", "hours", "canned", "types", "intents", "bots", "tokens", "audit"].map(settings),
  { ...settings("members"), name: "settings-invite", act: clicked(".frame header .button") },
  { ...settings("audit"), name: "settings-audit-line", act: unfolded },
  { name: "bot", as: "maya", path: (facts) => `/console/settings/bots/${facts.bot_id}` },
  { name: "bot-tried", as: "maya", path: (facts) => `/console/settings/bots/${facts.bot_id}`, act: tried },
  { name: "bot-away", as: "maya", path: (facts) => `/console/settings/bots/${facts.away_bot_id}` },
  { name: "channel", as: "maya", path: (facts) => `/console/settings/channels/${facts.channel_id}` },
  { name: "channel-preview", as: "maya", path: (facts) => `/console/settings/channels/${facts.channel_id}`, act: scrolled(".preview iframe") },
  { name: "try", as: "maya", path: (facts) => `/console/try/${facts.channel_id}` },
  { name: "empty-inbox", as: empty, path: "/console/inbox/all" },
  { name: "empty-mine", as: empty, path: "/console/inbox/mine" },
  { name: "empty-start", as: empty, path: "/console/start" },
  { name: "empty-search", as: empty, path: "/console/search" },
  ...["members", "teams", "channels", "canned", "intents", "bots", "tokens"].map((name) => ({ name: `empty-${name}`, as: empty, path: `/console/settings/${name}` })),
  { name: "organizations", as: one_of_two, path: "/console/inbox/all", act: clicked("button.org"), sizes: DESKTOP },
  { name: "crowd", as: crowded, path: "/console/inbox/unassigned" },
  { name: "crowd-thread", as: crowded, path: async (facts) => `/console/c/${(await facts.crowded()).first_id}` },
  { name: "shop", on: "shop", path: "/" },
  { name: "shop-plant", on: "shop", path: "/plants/pilea" },
  { name: "widget-new", on: "shop", path: "/", act: opened },
  { name: "widget-asked", on: "shop", path: "/", act: asked },
  { name: "widget-thread", on: "shop", path: "/plants/monstera", act: answered },
  { name: "widget-list", on: "shop", path: "/", act: listed },
  { name: "widget-email", on: "shop", path: "/", act: mailed, is_refused: true },
  { name: "widget-email-given", on: "shop", path: "/", act: reachable, is_refused: true },
  { name: "widget-away", as: asleep, path: async (facts) => `/console/try/${(await facts.away()).channel_id}`, act: opened },
  { name: "widget-bot", as: "maya", path: (facts) => `/console/try/${facts.bot_channel_id}`, act: helped },
  { name: "widget-offline", on: "shop", path: "/", act: away },
  { name: "widget-de", on: "shop", path: "/?lang=de", act: answered, locale: "de-DE" },
  { name: "widget-ar", on: "shop", path: "/?lang=ar", act: answered, locale: "ar" },
  { name: "api-docs", path: "/api/docs", sizes: ["desktop"] },
];
