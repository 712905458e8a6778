/** Opens every page that shows what attackers wrote, and looks whether anything of it ran: see test_xss.py. */

import { launch, sees, until } from "./browser.js";

/** @import { BrowserContext, Page } from "playwright-core" */
/** @typedef {{ id: string, lines: string[] }} Talk */

/** @param {string} name */
function given(name) {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is missing: test_xss.py gives it`);
  return value;
}

const web_url = given("WEB_URL");
const shop_url = given("SHOP_URL");
/** @type {{ pages: string[], conversations: Talk[], payloads: string[], contents: any[] }} */
const facts = JSON.parse(given("FACTS"));
const OURS = [new URL(web_url).host, new URL(shop_url).host];
/** @type {Set<string>} */
const troubles = new Set();

/** What each page has asked for and not got yet. @type {Map<Page, Set<unknown>>} */
const pending = new Map();

/** In every frame, before anything of the page: whatever runs or is kept from running leaves a mark. */
function trap() {
  /** @type {any} */
  const here = window;
  here.__ran = [];
  here.__xss = (/** @type {unknown} */ said) => here.__ran.push(`ran ${String(said)}`);
  for (const name of ["alert", "confirm", "prompt", "print"]) here[name] = here.__xss;
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) =>
    here.__ran.push(`kept from running by ${violatedDirective}: ${blockedURI} ${sample}`));
}

/** What must not be in a frame: what ran, handlers in markup, elements that load or run what we did not write. */
function outline() {
  /** @type {string[]} */
  const found = [.../** @type {any} */ (window).__ran];
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on")) found.push(`<${element.localName} ${name}="${value}">`);
      const leads = ["href", "src", "action", "xlink:href", "formaction", "data", "srcdoc"].includes(name);
      if (leads && !/^(https?:|mailto:|blob:|data:,|data:image\/|\/|\?|#|$)/i.test(value)) found.push(`${name}="${value}"`);
    }
    const is_strange = ["base", "embed", "object", "marquee", "math", "meta[http-equiv]", "video", "audio", "details[ontoggle]"];
    if (element.matches(is_strange.join())) found.push(`<${element.localName}>`);
    if (element instanceof HTMLScriptElement && !/^https?:\/\/127\.0\.0\.1:\d+\//.test(element.src)) found.push("<script>");
    if (element instanceof HTMLAnchorElement && element.target === "_blank" && !/noopener/.test(element.rel)) {
      found.push(`a link to ${element.href} that tells where it comes from`);
    }
  }
  return found;
}

/**
 * @param {Page} page
 * @param {string} where
 */
async function inspect(page, where) {
  for (const frame of page.frames()) {
    for (const trouble of await frame.evaluate(outline)) troubles.add(`${where}: ${trouble}`);
  }
}

/**
 * @param {BrowserContext} context
 * @param {string} who
 */
async function watched(context, who) {
  await context.addInitScript(trap);
  const page = await context.newPage();
  /** @type {Set<unknown>} */
  const asked = new Set();
  pending.set(page, asked);
  page.on("requestfinished", (request) => asked.delete(request));
  page.on("requestfailed", (request) => asked.delete(request));
  page.on("request", (request) => {
    asked.add(request);
    const { protocol, host, href } = new URL(request.url());
    if (!["data:", "blob:"].includes(protocol) && !OURS.includes(host)) troubles.add(`${who} asks ${href}`);
  });
  page.on("dialog", (dialog) => {
    troubles.add(`${who} is asked: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => troubles.add(`${who}: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of 40[1349]/.test(message.text())) troubles.add(`${who}: ${message.text()}`);
  });
  return page;
}

/** @param {Page} page */
async function settled(page) {
  let calm = 0;
  // What is drawn from an answer may ask for more: five looks in a row without a question.
  await until("the page has what it asked for", async () => (calm = pending.get(page)?.size === 0 ? calm + 1 : 0), (now) => now >= 5);
}

/** @param {BrowserContext} context */
async function console_pages(context) {
  const page = await watched(context, "the console");
  for (const { id, lines } of facts.conversations) {
    await page.goto(`${web_url}/console/c/${id}`);
    // A text that is nothing but text is shown as it is, three times: said, answered and noted.
    const plain = lines.filter((line) => line.startsWith("<") && !/[`*\n]/.test(line)).map((line) => line.trim());
    const shown = () => page.locator(".thread .bubble").allTextContents();
    await until(`every line of ${id} is shown`, shown, (texts) => texts.length >= lines.length * 3);
    const texts = (await shown()).map((text) => text.trim());
    for (const line of plain) {
      const count = texts.filter((text) => text === line).length;
      if (count !== 3) troubles.add(`${line} is shown ${count} times in its conversation`);
    }
    await inspect(page, `conversation ${lines[0]}`);
  }
  await page.keyboard.press("Control+k");
  await inspect(page, "the palette");
  for (const path of facts.pages) {
    await page.goto(web_url + path);
    await settled(page);
    await inspect(page, path);
  }
  await page.goto(`${web_url}/console/c/${facts.conversations[0]?.id}`);
  await page.getByRole("textbox", { name: /^Your reply/ }).pressSequentially("/");
  await settled(page);
  await inspect(page, "canned responses");
  await page.goto(`${web_url}/console/search?q=${encodeURIComponent("<img src=x onerror=__xss()>")}`);
  await settled(page);
  await inspect(page, "a search for markup");
}

/**
 * @param {BrowserContext} outside
 * @param {BrowserContext} inside
 */
async function widget_pages(outside, inside) {
  const page = await watched(outside, "the widget");
  await page.goto(shop_url);
  const panel = page.frameLocator("iframe[title=Chat]");
  await page.getByRole("button", { name: /img src=x|Chat with us/ }).click();
  const field = panel.getByRole("textbox").last();
  await sees(field);
  await inspect(page, "the greeting");
  const mine = facts.payloads.slice(0, 3);
  for (const line of mine) {
    await field.fill(line);
    await field.press("Enter");
  }
  await sees(panel.locator("[data-tick=stored]"));
  const { cards } = await (await inside.request.get(`${web_url}/api/inbox`)).json();
  const newest = cards.sort((/** @type {any} */ a, /** @type {any} */ b) => b.started_at - a.started_at)[0].conversation_id;
  const answers = facts.payloads.slice(0, 60);
  for (const [index, body] of answers.entries()) {
    const at = Date.now().toString(16).padStart(12, "0");
    const id = `${at.slice(0, 8)}-${at.slice(8)}-7000-8000-${index.toString(16).padStart(12, "0")}`;
    const answer = await inside.request.post(`${web_url}/api/conversations/${newest}/messages`, {
      data: { id, body, content: facts.contents[index] },
      headers: { "sec-fetch-site": "same-origin" },
    });
    if (!answer.ok()) throw new Error(`${body}: ${answer.status()} ${await answer.text()}`);
  }
  const bubbles = () => panel.locator("[role=log] .bubble").count();
  await until("the visitor sees every answer", bubbles, (count) => count >= answers.length + mine.length);
  // What is shown beside the words is words as well, exactly those.
  /** @type {[string, (each: any) => string][]} */
  const words = [
    [".cards strong", (each) => each.cards[0].title],
    [".cards p", (each) => each.cards[0].text],
    [".cards a", (each) => each.cards[0].buttons[0].label],
    [".asked > strong", (each) => each.form.title],
    [".asked > button", (each) => each.form.submit_label],
    [".taps button", (each) => each.quick_replies[0].label],
  ];
  for (const [where, told] of words) {
    const shown = await panel.locator(where).allTextContents();
    const wanted = facts.contents.slice(0, answers.length).map(told);
    if (JSON.stringify(shown) !== JSON.stringify(wanted)) troubles.add(`${where} of the widget shows ${JSON.stringify(shown).slice(0, 500)}`);
  }
  await inspect(page, "the widget's conversation");
  await page.reload();
  await settled(page);
  await inspect(page, "the widget after a reload");
}

const browser = await launch();
try {
  const inside = await browser.newContext();
  await inside.addCookies([{ name: "fd_session", value: given("SESSION"), url: web_url }]);
  const outside = await browser.newContext();
  const looks = await Promise.allSettled([console_pages(inside), widget_pages(outside, inside)]);
  for (const look of looks) if (look.status === "rejected") troubles.add(String(look.reason.stack ?? look.reason));
  if (troubles.size > 0) throw new Error([...troubles].join("\n"));
} finally {
  await browser.close();
}
