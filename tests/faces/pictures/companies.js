/** Companies beside the demo's: one where nothing has happened yet, one where nobody is in, and one with thousands waiting. */

import { PASSWORD } from "./demo.js";
import { newId } from "./ids.js";

/** @import { Browser } from "playwright-core" */
/** @import { Login } from "./facts.js" */
/** @typedef {{ login: Login, channel_id: string, first_id: string }} Company */

// One person founds them all, and so has several to choose from.
const FOUNDER = { name: "Hannah Berg", email: `hannah-${Date.now().toString(36)}@berg.example`, password: PASSWORD };
// So many visitors ask so often; and afterwards one for each of the names.
const CROWD = 50;
const OFTEN = 40;

const WORDS = [
  "Hi, my train is two hours late. Do I get anything back?", "Wo finde ich meine Reservierung?", "Est-ce que je peux prendre mon vélo ?",
  "The app shows a blank ticket 😕", "¿A qué hora sale el último?", "予約を変更したいです。", "هل يمكنني إلغاء تذكرتي؟", "I left a blue umbrella in coach 7, seat 42, please tell me that somebody found it.",
  "ok", "Is the quiet coach really quiet?", "Kan jeg få en kvittering?", "???",
];
const NAMES = [
  "Dr. Maximiliane Freifrau von Hohenfels-Wittelsbach zu Sonnenschein", "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch", "محمد عبد الرحمن بن عبد العزيز آل سعود",
  "Bo", "すずき はなこ", "Æther & Søns ApS", "Ανδρομάχη Παπακωνσταντίνου", "🦊 Fox", "o'Neill-d'Arcy", "נועה לוי",
];
const TAGS = [["refund"], ["lost-property", "coach-7", "umbrella"], [], ["unaccompanied-luggage-of-large-dimension"], ["vip"]];

/**
 * Somebody who has just signed up, and has done nothing else.
 * @param {Browser} browser
 * @param {string} web_url
 * @param {string} organization_name
 */
async function found(browser, web_url, organization_name) {
  const context = await browser.newContext({ extraHTTPHeaders: { origin: web_url } });
  await must(context.request.post(`${web_url}/api/signup`, { data: { ...FOUNDER, organization_name } }));
  return context;
}

/** @param {Browser} browser @param {string} web_url @returns {Promise<Company>} */
export async function empty(browser, web_url) {
  const context = await found(browser, web_url, "Berg & Daughters");
  const login = await context.storageState();
  await context.close();
  return { login, channel_id: "", first_id: "" };
}

/** @param {Browser} browser @param {string} web_url @returns {Promise<Company>} */
export async function away(browser, web_url) {
  const context = await found(browser, web_url, "The Extraordinarily Long-Named Society for Night Radio and Other Wireless Entertainments");
  const away_text = "We sleep until seven. Leave a word and an address, and the first of us who wakes up writes back.";
  const appearance = { away_text, color: "#7a3e9d", greeting: "Good night. What keeps you awake?", starters: ["Play something quiet", "What was the song at 3:14, the one with the saw and the whistling?"] };
  const channel = await must(context.request.post(`${web_url}/api/channels`, { data: { name: "Night desk", allowed_origins: [web_url], appearance } }));
  const login = await context.storageState();
  await context.close();
  return { login, channel_id: channel.id, first_id: "" };
}

/** @param {Browser} browser @param {string} web_url @returns {Promise<Company>} */
export async function crowded(browser, web_url) {
  const context = await found(browser, web_url, "Northern Rail");
  const { request } = context;
  const channel = await must(request.post(`${web_url}/api/channels`, { data: { name: "Website and every app that embeds it", allowed_origins: [web_url] } }));
  const page = await context.newPage();
  await page.goto(`${web_url}/console/try/${channel.id}`);
  const ask = (/** @type {readonly string[]} */ bodies) =>
    page.evaluate(write, { widget_key: channel.widget_key, talks: bodies.map((body) => ({ id: newId(), message_id: newId(), body })) });
  const rotated = (/** @type {number} */ by) => Array.from({ length: OFTEN }, (_, place) => WORDS[(place + by) % WORDS.length] ?? "");
  await Promise.all(Array.from({ length: CROWD }, (_, place) => ask(rotated(place))));
  const ids = [];
  for (const [place, name] of NAMES.entries()) {
    const { id, contact_id } = await ask([WORDS[(place * 5) % WORDS.length] ?? ""]);
    await must(request.patch(`${web_url}/api/contacts/${contact_id}`, { data: { name } }));
    const tags = TAGS[place % TAGS.length] ?? [];
    if (tags.length > 0) await must(request.post(`${web_url}/api/conversations/${id}/tag`, { data: { id: newId(), version: 1, add: tags, remove: [] } }));
    ids.push(id);
  }
  const login = await context.storageState();
  await context.close();
  return { login, channel_id: channel.id, first_id: ids[0] ?? "" };
}

/**
 * In a page: a new visitor begins conversations, one after the other.
 * @param {{ widget_key: string, talks: readonly { id: string, message_id: string, body: string }[] }} told
 * @returns {Promise<{ contact_id: string, id: string }>} whose they are, and the last one
 */
async function write({ widget_key, talks }) {
  const answer = await fetch("/api/widget/sessions", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ widget_key }) });
  if (!answer.ok) throw new Error(`no session: ${answer.status}`);
  const { token, contact_id } = await answer.json();
  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws`);
  const say = (/** @type {object} */ frame) => socket.send(JSON.stringify(frame));
  const left = [...talks];
  let last = { id: "", message_id: "", body: "" };
  let seq = Infinity;
  await new Promise((done, failed) => {
    const next = () => {
      const talk = left.shift();
      if (talk === undefined) return done(undefined);
      [last, seq] = [talk, Infinity];
      say({ type: "start_conversation", id: talk.id });
    };
    socket.onopen = () => say({ type: "hello", protocol: 1, credentials: { kind: "visitor", widget_key, token } });
    socket.onclose = () => failed(new Error("the server closed a visitor's socket"));
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.type === "refused") failed(new Error(data));
      if (frame.type === "welcome") next();
      if (frame.type === "accepted" && frame.id === last.id) say({ type: "post_message", id: last.message_id, conversation_id: last.id, body: last.body });
      if (frame.type === "accepted" && frame.id === last.message_id) seq = frame.seq;
      if (frame.type === "accepted" && frame.id === last.message_id && left.length > 0) next();
      // The last one is waited for: somebody looks at it at once.
      if (frame.type === "stored" && frame.conversation_id === last.id && frame.upto >= seq) done(undefined);
    };
  });
  socket.close();
  return { contact_id, id: last.id };
}

/** @param {Promise<import("playwright-core").APIResponse>} request @returns {Promise<any>} */
export async function must(request) {
  const answer = await request;
  if (!answer.ok()) throw new Error(`${answer.url()}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}
