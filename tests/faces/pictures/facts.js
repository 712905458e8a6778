/** What the screens need to know of the demo: who may log in, and which conversations are worth a picture. */

import { away, crowded, empty, must } from "./companies.js";
import { PASSWORD } from "./demo.js";

/** @import { Browser, BrowserContextOptions } from "playwright-core" */
/** @import { Card } from "../../../client/src/protocol.ts" */
/** @import { Demo } from "./demo.js" */
/** @import { Company } from "./companies.js" */

/** @typedef {"maya" | "jonas" | "amara" | "priya"} Name */
/** @typedef {NonNullable<Exclude<BrowserContextOptions["storageState"], string>>} Login */
/**
 * @typedef {{
 *   web_url: string,
 *   shop_url: string,
 *   logins: Readonly<Record<Name, Login>>,
 *   waiting: Card,
 *   thread: Card,
 *   noted: Card,
 *   arabic: Card,
 *   closed: Card,
 *   channel_id: string,
 *   bot_channel_id: string,
 *   bot_id: string,
 *   away_bot_id: string,
 *   article_id: string,
 *   invitation: string,
 *   empty: () => Promise<Company>,
 *   away: () => Promise<Company>,
 *   crowded: () => Promise<Company>,
 * }} Facts
 */


/**
 * @param {Browser} browser
 * @param {Demo} demo
 * @returns {Promise<Facts>}
 */
export async function learn(browser, { web_url, shop_url }) {
  const logins = { maya: await login("maya"), jonas: await login("jonas"), amara: await login("amara"), priya: await login("priya") };
  const context = await browser.newContext({ storageState: logins.maya, extraHTTPHeaders: { origin: web_url } });
  /** @type {{ cards: Card[] }} */
  const { cards } = await must(context.request.get(`${web_url}/api/inbox`));
  const channels = await must(context.request.get(`${web_url}/api/channels`));
  const [shop, guide] = ["demo-widget-key", "demo-guide-key"].map((key) => channels.items.find((/** @type {{ widget_key: string }} */ each) => each.widget_key === key));
  // People talk in the shop here, and its bot goes first in the guide.
  const bot_id = shop.default_bot_id;
  for (const [{ id }, default_bot_id] of [[shop, null], [guide, bot_id]]) {
    await must(context.request.patch(`${web_url}/api/channels/${id}`, { data: { default_bot_id } }));
  }
  const long = { name: "Assistant for deliveries, exchanges and everything that grows on balconies", instructions: "" };
  const { id: away_bot_id } = await must(context.request.post(`${web_url}/api/bots`, { data: long }));
  const articles = await must(context.request.get(`${web_url}/api/knowledge/articles?q=on%20your%20website`));
  const body = { role: "agent", email: "iris.van.der.meer-oosterhuis@greenhouses.example" };
  const { link } = await must(context.request.post(`${web_url}/api/invitations`, { data: body }));
  await context.close();

  /**
   * @param {string} told
   * @param {(card: Card) => boolean} is_it
   */
  const one = (told, is_it) => {
    const found = cards.filter(is_it).sort((a, b) => b.message_count - a.message_count)[0];
    if (found === undefined) throw new Error(`the demo has no conversation that is ${told}`);
    return found;
  };
  return {
    web_url,
    shop_url,
    logins,
    waiting: one("waiting", ({ status }) => status === "waiting"),
    thread: one("Amara's", ({ assigned_agent_name }) => (assigned_agent_name ?? "").startsWith("Amara")),
    noted: one("Jonas's", ({ assigned_agent_name, priority }) => priority === 5 && (assigned_agent_name ?? "") !== ""),
    arabic: one("in Arabic", ({ last_preview }) => /[\u0600-\u06ff]/.test(last_preview ?? "")),
    closed: one("closed", ({ status }) => status === "closed"),
    channel_id: shop.id,
    bot_channel_id: guide.id,
    bot_id,
    away_bot_id,
    article_id: articles.items[0].id,
    invitation: new URL(link).hash,
    empty: once(() => empty(browser, web_url)),
    away: once(() => away(browser, web_url)),
    crowded: once(() => crowded(browser, web_url)),
  };

  /**
   * @param {Name} name
   * @returns {Promise<Login>}
   */
  async function login(name) {
    const context = await browser.newContext();
    const data = { email: `${name}@frontdesk.example`, password: PASSWORD };
    const answer = await context.request.post(`${web_url}/api/login`, { data, headers: { origin: web_url } });
    if (!answer.ok()) throw new Error(`${name} cannot log in: ${await answer.text()}`);
    const state = await context.storageState();
    await context.close();
    return state;
  }
}

/**
 * What is made when the first asks for it, and the same for all others.
 * @template Value
 * @param {() => Promise<Value>} make
 * @returns {() => Promise<Value>}
 */
function once(make) {
  /** @type {Promise<Value> | undefined} */
  let made;
  return () => (made ??= make());
}
