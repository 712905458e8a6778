/** The widget on a page of somebody else's: what it costs, how it behaves and looks. WEB_URL, SHOP_URL, EMAIL, PASSWORD. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { launch, sees, misses, soon, until, watchErrors } from "./browser.js";
import { Company } from "./company.js";
import { lastLook, look } from "./look.js";
import { Member, Visitor } from "./people.js";

/** @import { Browser, Page } from "playwright-core" */

const web_url = process.env["WEB_URL"] ?? "";
const shop_url = process.env["SHOP_URL"] ?? "";
const owner = { email: process.env["EMAIL"] ?? "", password: process.env["PASSWORD"] ?? "" };
const agent = { email: process.env["AGENT_EMAIL"] ?? "", password: process.env["PASSWORD"] ?? "" };
/** @type {string[]} */
const troubles = [];
/** @type {Browser} */
let browser;

/**
 * @param {string} told
 * @param {() => Promise<void>} act
 */
async function step(told, act) {
  const begun = performance.now();
  try {
    await act();
  } catch (error) {
    for (const page of browser.contexts().flatMap((each) => each.pages())) await lastLook(page);
    throw new Error(`it is not so that ${told}`, { cause: error });
  }
  console.log(`${told} (${Math.round(performance.now() - begun)} ms)`);
}

/** @param {Page} page */
const heard = (page) => page.evaluate(() => /** @type {any} */ (window).heard);

/** Before anything else on the page: the queue of the snippet, and somebody who listens to everything. */
const listen = () => {
  const page = /** @type {any} */ (window);
  page.heard = [];
  page.frontdesk = (/** @type {unknown[]} */ ...call) => (page.frontdesk.q = page.frontdesk.q ?? []).push(call);
  for (const event of ["ready", "open", "close", "message", "unread"]) {
    page.frontdesk("on", event, (/** @type {any} */ told) => page.heard.push(told === undefined ? event : [event, told]));
  }
};

/** @param {Browser} browser */
async function tell(browser) {
  const company = await Company.at(web_url, shop_url, owner);
  const first = company.channel.appearance;
  await company.paint({
    color: "#1f6f5c", greeting: "Hello. Ask us about an order, a plant or a pot.", away_text: "", theme: "auto", position: "right",
    starters: ["Where is my order?", "Which plant for a dark room?", "I want to change my address"], launcher_label: "", language: "auto",
  });
  const outside = await browser.newContext({ locale: "en-GB" });
  await outside.addInitScript(listen);
  const inside = await browser.newContext({ locale: "en-GB" });
  /** @type {any[]} */
  const said = [];
  const vera = new Visitor(outside, await outside.newPage());
  watchErrors(vera.page, "visitor", troubles);
  vera.page.on("websocket", (socket) => void socket.on("framesent", ({ payload }) => void said.push(JSON.parse(String(payload)))));

  await step("a new visitor costs the launcher only", async () => {
    /** @type {string[]} */
    const asked = [];
    vera.page.on("request", (request) => void (request.url().startsWith(web_url) && asked.push(new URL(request.url()).pathname)));
    await vera.page.goto(shop_url);
    await sees(vera.launcher);
    assert.deepEqual(asked, ["/widget.js", "/widget/settings"]);
    assert.equal(vera.page.frames().length, 1);
    await until("the page hears that it is ready", () => heard(vera.page), (now) => now.length === 1 && now[0] === "ready");
    await look(vera.page, "closed");
  });
  await step("the launcher opens with a greeting and starters, and the keyboard is where one writes", async () => {
    await vera.page.keyboard.press("Tab");
    await until("the launcher is reached by Tab", () => tabTo(vera.page, "Chat with us"), (is) => is);
    await vera.page.keyboard.press("Enter");
    await sees(vera.panel.getByRole("button", { name: "Where is my order?" }));
    await sees(vera.panel.locator("textarea:focus"));
    await look(vera.page, "empty");
  });
  await step("Escape closes it, and the launcher has the focus again", async () => {
    await vera.page.keyboard.press("Escape");
    await misses(vera.page.locator("iframe[title=Chat]"));
    await soon(async () => assert.equal(await vera.page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.tagName), "BUTTON"));
    await soon(async () => assert.deepEqual((await heard(vera.page)).filter((/** @type {any} */ each) => each === "open" || each === "close"), ["open", "close"]));
  });
  await step("the page opens and closes it, and is told", async () => {
    await vera.page.evaluate("Frontdesk.open()");
    await sees(vera.panel.locator("textarea:focus"));
    await vera.page.evaluate("frontdesk('close')");
    await misses(vera.page.locator("iframe[title=Chat]"));
    await vera.page.evaluate("Frontdesk.toggle()");
    await sees(vera.panel.locator("textarea:focus"));
  });

  let first_id = "";
  await step("a starter is the visitor's first word, on the page where the visitor is now", async () => {
    await vera.page.evaluate("history.pushState(null, '', '/?plant=monstera'); document.title = 'Monstera'");
    await vera.panel.getByRole("button", { name: "Where is my order?" }).click();
    await sees(vera.tick("stored"));
    first_id = await current(vera);
    const started = said.find((each) => each.type === "start_conversation");
    assert.deepEqual(started?.page, { url: `${shop_url}/?plant=monstera`, title: "Monstera", referrer: "" });
    await soon(async () => assert.deepEqual((await heard(vera.page)).at(-1), ["message", { from: "visitor" }]));
  });
  await step("somebody who is waiting may leave an address, and is told what is wrong with one", async () => {
    await vera.panel.getByRole("button", { name: "Leave your e-mail" }).click();
    const field = vera.panel.getByRole("textbox", { name: "Your e-mail" });
    await sees(field);
    await field.fill("vera@home");
    await field.press("Enter");
    await sees(vera.panel.getByText("This does not look like an e-mail address."));
    await look(vera.page, "email");
    await field.fill("vera@home.example");
    await field.press("Enter");
    await sees(vera.panel.getByText("We can reach you at vera@home.example"));
  });

  const jonas = await Member.at(inside, web_url, agent, troubles);
  await step("the visitor hears in quiet lines who comes and goes", async () => {
    const version = async () => (await company.card(first_id)).version;
    const decide = async (/** @type {string} */ what, /** @type {object} */ more = {}) =>
      company.ask("POST", `/api/conversations/${first_id}/${what}`, { id: uuid7(), version: await version(), ...more });
    await decide("take");
    await sees(vera.panel.getByText(/joined$/));
    await decide("release");
    await sees(vera.panel.getByText("Somebody else will go on here"));
    await decide("close");
    await sees(vera.panel.getByText("The conversation was closed"));
    await sees(vera.panel.getByText("Write to open it again"));
    await look(vera.page, "closed-conversation");
    await decide("reopen");
    await sees(vera.panel.getByText("The conversation goes on"));
  });
  await step("an answer is read, and says who gave it; what was long leaves no room behind", async () => {
    const line_height = (await vera.panel.locator("textarea").boundingBox())?.height;
    for (const body of ["Good morning. Let me look.", "It left our greenhouse on Tuesday: https://parcels.example/track/1041-9982-AVERYLONGNUMBERWITHOUTANYBREAKS"]) {
      await company.ask("POST", `/api/conversations/${first_id}/messages`, { id: uuid7(), body });
    }
    await sees(vera.line("It left our greenhouse"));
    await vera.write("Thank you. And a very long line, so that one sees how several of them are set: it should stay under sixty characters.");
    await soon(async () => assert.equal((await vera.panel.locator("textarea").boundingBox())?.height, line_height));
    await vera.write("שלום, תודה רבה");
    await sees(vera.tick("stored"));
    await look(vera.page, "thread");
  });
  await step("there may be several conversations, and the list tells them apart", async () => {
    await vera.panel.getByRole("button", { name: "All conversations" }).click();
    await sees(vera.panel.getByRole("button", { name: "New conversation" }));
    await vera.panel.getByRole("button", { name: "New conversation" }).click();
    await sees(vera.panel.getByRole("button", { name: "Which plant for a dark room?" }));
    await vera.write("Do you repot?");
    await sees(vera.tick("stored"));
    await soon(async () => assert.notEqual(await current(vera), first_id));
    await company.ask("POST", `/api/conversations/${first_id}/messages`, { id: uuid7(), body: "It arrives tomorrow." });
    const list = vera.panel.getByRole("button", { name: "All conversations, unread: 1" });
    await sees(list);
    await look(vera.page, "unread-elsewhere");
    await list.click();
    await sees(vera.panel.locator(".entry", { hasText: "It arrives tomorrow." }));
    await look(vera.page, "list");
    await soon(async () => assert.deepEqual(await vera.panel.locator(".entry .preview").allTextContents(), ["It arrives tomorrow.", "Do you repot?"]));
    await vera.panel.locator(".entry").first().press("Enter");
    await sees(vera.line("It arrives tomorrow."));
    await sees(vera.panel.getByText("New", { exact: true }));
    await sees(vera.panel.getByRole("button", { name: "All conversations", exact: true }));
  });
  await step("what comes while it is closed is counted, also on the next page before the panel is there", async () => {
    await vera.panel.getByRole("button", { name: "Close the chat" }).click();
    await company.ask("POST", `/api/conversations/${first_id}/messages`, { id: uuid7(), body: "Has it come?" });
    await sees(vera.page.getByRole("button", { name: "Chat with us, unread: 1" }));
    await soon(async () => assert.deepEqual((await heard(vera.page)).slice(-2), [["message", { from: "team" }], ["unread", 1]]));
    await vera.page.reload();
    await sees(vera.page.getByRole("button", { name: /unread: 1|^Chat with us$/ }));
    await sees(vera.page.getByRole("button", { name: "Chat with us, unread: 1" }));
    await look(vera.page, "unread");
    await vera.page.getByRole("button", { name: /^Chat with us/ }).click();
    await sees(vera.line("Has it come?"));
  });
  await step("the past is there for whoever scrolls back", async () => {
    for (let number = 1; number <= 60; number++) {
      await company.ask("POST", `/api/conversations/${first_id}/messages`, { id: uuid7(), body: `line ${number}` });
    }
    await sees(vera.line("line 60"));
    await vera.page.reload();
    await vera.openChat();
    await sees(vera.line("line 60"));
    assert.equal(await vera.line("Good morning.").count(), 0);
    await vera.panel.getByRole("button", { name: "Show earlier messages" }).click();
    await sees(vera.line("Good morning."));
  });
  await step("a narrow phone and a page at 200 % show all of it", async () => {
    for (const [name, width, height] of /** @type {const} */ ([["phone", 390, 780], ["narrow", 320, 568], ["zoomed", 640, 400]])) {
      await vera.page.setViewportSize({ width, height });
      const frame = vera.page.locator("iframe[title=Chat]");
      await soon(async () => assert.deepEqual(await frame.boundingBox(), { x: 0, y: 0, width, height }));
      const panel = vera.page.frames().find((each) => each.url().includes("/widget/panel"));
      await soon(async () => assert.equal(await panel?.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true));
      await look(vera.page, name);
    }
    await vera.page.setViewportSize({ width: 1280, height: 800 });
  });
  await step("on a phone nothing is ringed before a key is pressed, and whoever presses one sees where the focus is", async () => {
    const pocket = await browser.newContext({ locale: "en-GB", viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true });
    const sam = await Visitor.at(pocket, shop_url, troubles);
    await sam.page.getByRole("button", { name: "Chat with us" }).tap();
    const log = sam.panel.locator(".messages:focus");
    await sees(log);
    assert.equal(await log.evaluate((element) => getComputedStyle(element).outlineStyle), "none");
    await sam.page.keyboard.press("ArrowUp");
    await soon(async () => assert.equal(await log.evaluate((element) => getComputedStyle(element).outlineStyle), "solid"));
    await pocket.close();
  });
  await step("whoever is offline is told in one line, and nothing else is taken away", async () => {
    await outside.setOffline(true);
    await vera.write("This waits for the network.");
    await sees(vera.waiting);
    await sees(vera.panel.getByText(/No connection/));
    await look(vera.page, "offline");
    await outside.setOffline(false);
    await misses(vera.waiting);
  });

  await step("whom the company names is somebody else here, and takes along what was said before", async () => {
    const jwt = await company.sign("zoe", { name: "Zoë Ford", email: "zoe@people.example" });
    await vera.page.evaluate((jwt) => /** @type {any} */ (window).Frontdesk.identify(jwt), jwt);
    await until("the conversation is Zoë's", () => company.card(first_id), (found) => found.contact_name === "Zoë Ford");
    await sees(vera.line("line 60"));
    // A reload shows the same token again, which was good once, and goes on with its session.
    await vera.page.addInitScript((jwt) => /** @type {any} */ (window).frontdesk("identify", jwt), jwt);
    await vera.page.reload();
    await vera.openChat();
    await sees(vera.line("line 60"));
    await vera.write("Now you know me.");
    await sees(vera.tick("stored"));
  });
  await step("whoever logs out is a stranger again, and sees nothing of it", async () => {
    await vera.page.evaluate("Frontdesk.identify(null)");
    await sees(vera.panel.getByRole("button", { name: "Where is my order?" }));
    assert.equal(await vera.line("line 60").count(), 0);
    await vera.write("I am nobody.");
    await sees(vera.tick("stored"));
  });
  await step("in another browser the person finds everything again", async () => {
    const elsewhere = await browser.newContext({ locale: "en-GB" });
    await elsewhere.addInitScript(listen);
    const zoe = await Visitor.at(elsewhere, shop_url, troubles);
    const jwt = await company.sign("zoe");
    await zoe.page.evaluate((jwt) => /** @type {any} */ (window).Frontdesk.identify(() => Promise.resolve(jwt)), jwt);
    await zoe.openChat();
    await sees(zoe.line("Now you know me."));
    await elsewhere.close();
  });
  await step("a refused token is told to whoever builds the page, and the chat goes on without a name", async () => {
    /** @type {string[]} */
    const warned = [];
    const page = await outside.newPage();
    page.on("console", (message) => void (message.type() === "warning" && warned.push(message.text())));
    await page.goto(shop_url);
    const eve = new Visitor(outside, page);
    await page.evaluate(`Frontdesk.identify(${JSON.stringify(await company.sign("eve", { aud: "another-key" }))})`);
    await eve.openChat();
    await until("it is told", async () => warned, (now) => now.some((each) => /Frontdesk: identify was refused: .*aud/.test(each)));
    await page.close();
  });

  await step("it speaks the language of the page, from right to left where that is so", async () => {
    await company.paint({ greeting: "", starters: [] });
    for (const [language, name, label] of /** @type {const} */ ([
      ["de", "Mit uns chatten", "Ihre Nachricht"], ["ar", "تحدّث معنا", "رسالتك"], ["fr", "Discuter avec nous", "Votre message"], ["es", "Chatea con nosotros", "Tu mensaje"],
    ])) {
      const abroad = await browser.newContext({ locale: language });
      const page = await abroad.newPage();
      watchErrors(page, language, troubles);
      await page.goto(`${shop_url}/?lang=${language}`);
      await page.evaluate((language) => (document.documentElement.lang = language), language);
      await page.getByRole("button", { name }).click();
      const panel = page.frameLocator("iframe[title=Chat]");
      const field = panel.getByRole("textbox", { name: label });
      await sees(field);
      if (language === "ar") await look(page, `empty-${language}`);
      await field.fill("1041");
      await field.press("Enter");
      await sees(panel.locator("[data-tick=stored]"));
      await soon(async () => assert.equal(await panel.locator("html").getAttribute("dir"), language === "ar" ? "rtl" : "ltr"));
      await soon(async () => {
        const own = await panel.locator(".own .bubble").boundingBox();
        const log = await panel.locator(".messages").boundingBox();
        const is_left = (own?.x ?? 0) - (log?.x ?? 0) < 40;
        assert.equal(is_left, language === "ar");
      });
      if (language === "ar") await look(page, `thread-${language}`);
      else await lastLook(page);
      await abroad.close();
    }
  });
  await step("colour, side, label and theme are the company's", async () => {
    await company.paint({ color: "#ffd400", position: "left", launcher_label: "Need a hand?", theme: "dark", greeting: "A greeting ".repeat(20), show_team: false });
    const page = await outside.newPage();
    await page.goto(shop_url);
    const button = page.getByRole("button", { name: "Need a hand?" });
    await sees(button);
    await soon(async () => assert.ok(((await button.boundingBox())?.x ?? 999) < 40));
    await soon(async () => assert.equal(await button.evaluate((element) => getComputedStyle(element).backgroundColor), "rgb(255, 212, 0)"));
    await look(page, "painted-closed");
    await button.click();
    const panel = page.frameLocator("iframe[title=Chat]");
    await sees(panel.locator("textarea"));
    await soon(async () => assert.equal(await panel.locator("body").evaluate((element) => getComputedStyle(element).colorScheme), "dark"));
    await look(page, "painted");
    await page.close();
    await company.paint({ ...first });
  });
  await step("a channel that is gone while the page is open says so, and can be closed", async () => {
    const page = await (await browser.newContext({ locale: "en-GB" })).newPage();
    await page.route("**/api/widget/sessions", (route) =>
      route.fulfill({ status: 404, json: { code: "not_found", message: "there is no widget with this key" } }),
    );
    await page.goto(shop_url);
    await page.getByRole("button", { name: /^Chat with us|^Need/ }).click();
    const panel = page.frameLocator("iframe[title=Chat]");
    await sees(panel.getByText("The chat is not available on this page."));
    await look(page, "error");
    await panel.getByRole("button", { name: "Close the chat" }).click();
    await misses(page.locator("iframe[title=Chat]"));
    await page.context().close();
  });
  await step("a page that is not allowed has no launcher, and its builder reads why", async () => {
    const page = await (await browser.newContext()).newPage();
    /** @type {string[]} */
    const warned = [];
    page.on("console", (message) => void (message.type() === "warning" && warned.push(message.text())));
    const html = `<script async src="${web_url}/widget.js" data-key="${company.channel.widget_key}"></script>`;
    const foreign = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(`<body>${html}`));
    await new Promise((done) => foreign.listen(0, "127.0.0.1", () => done(undefined)));
    await page.goto(`http://127.0.0.1:${/** @type {any} */ (foreign.address()).port}/`);
    await until("it is told", async () => warned, (now) => now.some((each) => each.includes("not among the channel's allowed origins")));
    assert.equal(await page.getByRole("button").count(), 0);
    await page.context().close();
    foreign.close();
  });
  await step("the console shows an appearance that is not saved, and opens no session for it", async () => {
    /** @type {string[]} */
    const asked = [];
    jonas.page.on("request", (request) => void asked.push(new URL(request.url()).pathname));
    await jonas.page.evaluate((key) => {
      const frame = Object.assign(document.createElement("iframe"), { title: "Preview", src: `/widget/panel?key=${key}&preview=1` });
      frame.style.cssText = "position:fixed;inset:0;width:380px;height:640px";
      addEventListener("message", (event) => {
        if (event.source !== frame.contentWindow || event.data.frontdesk !== "ready") return;
        const appearance = { color: "#7a1fa2", language: "es", greeting: "Hola. ¿En qué ayudamos?", starters: ["¿Dónde está mi pedido?"] };
        for (const is_talking of [true, false]) frame.contentWindow?.postMessage({ frontdesk: "preview", appearance, is_talking }, location.origin);
      });
      document.body.append(frame);
    }, company.channel.widget_key);
    const preview = jonas.page.frameLocator("iframe[title=Preview]");
    await sees(preview.getByRole("button", { name: "¿Dónde está mi pedido?" }));
    await sees(preview.getByRole("textbox", { name: "Tu mensaje" }));
    await soon(async () => assert.equal(await preview.locator("header").evaluate((element) => getComputedStyle(element).backgroundColor), "rgb(122, 31, 162)"));
    assert.equal(asked.includes("/api/widget/sessions"), false);
  });
  await jonas.page.close();
  // The address that was refused on purpose.
  const unexpected = troubles.filter((each) => !each.includes("status of 422"));
  assert.deepEqual(unexpected, [], "the pages have no errors of their own");
}

/** @param {Visitor} visitor */
async function current(visitor) {
  const frame = visitor.page.frames().find((each) => each.url().includes("/widget/panel"));
  return /** @type {string} */ (
    await frame?.evaluate(() => {
      const kept = Object.entries(localStorage).find(([name]) => name.startsWith("frontdesk:"));
      return JSON.parse(kept?.[1] ?? "{}").conversation_id;
    })
  );
}

/**
 * Goes on with Tab; whether the launcher has the focus now.
 * @param {Page} page
 * @param {string} name
 */
async function tabTo(page, name) {
  const focused = await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.getAttribute("aria-label"));
  if (focused === name) return true;
  await page.keyboard.press("Tab");
  return false;
}

function uuid7() {
  const time = Date.now().toString(16).padStart(12, "0");
  const random = [...crypto.getRandomValues(new Uint8Array(9))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

browser = await launch();
try {
  await tell(browser);
} finally {
  await browser.close();
}
