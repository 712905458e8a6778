/** Every screen there is a picture of. A new one is a line here: its name, who looks, where, and what is done there. */

import { sees } from "../browser.js";
import { answered, asked, away, opened } from "./chat.js";
import { PASSWORD } from "./facts.js";

/** @import { Page } from "playwright-core" */
/** @import { Facts, Name } from "./facts.js" */
/** @typedef {{ theme: "light" | "dark", size: "desktop" | "phone" }} Look */
/**
 * @typedef {{
 *   name: string,
 *   as?: Name,
 *   on?: "shop",
 *   path: string | ((facts: Facts) => string),
 *   act?: (page: Page, facts: Facts, look: Look) => Promise<void>,
 *   locale?: string,
 *   sizes?: readonly Look["size"][],
 * }} Screen
 */

/** @param {{ conversation_id: string }} card */
const thread = ({ conversation_id }) => `/console/c/${conversation_id}`;
/** @param {string} name */
const settings = (name) => ({ name: `settings-${name}`, as: /** @type {const} */ ("maya"), path: `/console/settings/${name}` });

/** @type {readonly Screen[]} */
export const SCREENS = [
  { name: "login", path: "/login" },
  { name: "login-refused", path: "/login", act: wrongPassword },
  { name: "signup", path: "/signup" },
  { name: "start", as: "maya", path: "/console/start" },
  { name: "inbox-mine", as: "jonas", path: "/console/inbox/mine" },
  { name: "inbox-unassigned", as: "amara", path: "/console/inbox/unassigned" },
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
  { name: "palette", as: "maya", path: "/console/inbox/all", act: palette, sizes: ["desktop"] },
  { name: "keys", as: "maya", path: "/console/inbox/all", act: keys, sizes: ["desktop"] },
  ...["profile", "organization", "members", "teams", "channels", "canned", "bots", "tokens", "audit"].map(settings),
  { name: "shop", on: "shop", path: "/" },
  { name: "shop-plant", on: "shop", path: "/plants/pilea" },
  { name: "widget-new", on: "shop", path: "/", act: opened },
  { name: "widget-asked", on: "shop", path: "/", act: asked },
  { name: "widget-thread", on: "shop", path: "/plants/monstera", act: answered },
  { name: "widget-offline", on: "shop", path: "/", act: away },
  { name: "widget-de", on: "shop", path: "/?lang=de", act: answered, locale: "de-DE" },
  { name: "widget-ar", on: "shop", path: "/?lang=ar", act: answered, locale: "ar" },
  { name: "api-docs", path: "/api/docs", sizes: ["desktop"] },
];

/** @param {Page} page */
async function wrongPassword(page) {
  await page.getByLabel("E-mail").fill("maya@frontdesk.example");
  await page.getByLabel("Password", { exact: true }).fill(`not ${PASSWORD}`);
  await page.getByRole("button", { name: "Log in" }).click();
  await sees(page.getByText(/wrong/));
}

/** @param {Page} page */
async function openFirst(page) {
  await page.locator("[data-conversation]").first().click();
  await sees(page.locator(".thread .bubble"));
}

/** @param {Page} page */
async function note(page) {
  await page.getByRole("button", { name: "Note", exact: true }).click();
  await page.locator("textarea").fill("Regular since 2019, was patient last time. Send a voucher with the next parcel.");
}

/** @param {Page} page */
async function canned(page) {
  const field = page.getByRole("textbox", { name: "Your reply" });
  await field.click();
  await field.pressSequentially("/wa");
}

/** @param {Page} page */
async function palette(page) {
  await page.keyboard.press("Control+k");
  await page.keyboard.type("clo");
}

/** @param {Page} page */
async function keys(page) {
  await page.keyboard.press("?");
}
