/** A day at the console, in a real browser on running servers: WEB_URL, SHOP_URL, EMAIL, OTHER_EMAIL, PASSWORD. */

import assert from "node:assert/strict";
import { inBrowser, soon } from "./browser.js";
import { given, stepper } from "./given.js";
import { Member, misses, sees, until, Visitor } from "./people.js";

/** @import { Browser, Page } from "playwright-core" */

const web_url = given("WEB_URL");
const shop_url = given("SHOP_URL");
const password = given("PASSWORD");
/** @type {string[]} */
const troubles = [];
const step = stepper();

/**
 * Keeps back what the server says to this page, until it is let go.
 * @param {Page} page
 */
async function holdable(page) {
  /** @type {(() => void)[]} */
  let kept = [];
  let is_held = false;
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (is_held) kept.push(() => socket.send(message));
      else socket.send(message);
    });
  });
  return {
    hold: () => void (is_held = true),
    release() {
      is_held = false;
      for (const send of kept) send();
      kept = [];
    },
  };
}

/** @param {Browser} browser */
async function tell(browser) {
  const outside = await browser.newContext();
  const inside = await browser.newContext({ viewport: { width: 1360, height: 900 } });
  const beside = await browser.newContext({ viewport: { width: 1360, height: 900 } });
  const vera = await Visitor.at(outside, shop_url, troubles);
  const jonas = await Member.at(inside, web_url, { email: given("EMAIL"), password }, troubles);
  const late_page = await beside.newPage();
  const line = await holdable(late_page);
  const maya = await Member.on(late_page, web_url, { email: given("OTHER_EMAIL"), password }, troubles);
  const question = `Do you repair a chair ${Date.now()}?`;
  const { page } = jonas;
  const keys = page.keyboard;
  /** @param {Page} at @param {string} name */
  const count = async (at, name) => Number((await at.locator(".nav li", { hasText: name }).locator(".count").textContent().catch(() => "0")) ?? 0);

  await step("a new conversation is counted everywhere, by itself", async () => {
    await sees(jonas.cards); // The counts come with them.
    const before = await count(page, "Unassigned");
    await vera.openChat();
    await vera.write(question);
    await sees(jonas.card(question));
    await sees(maya.card(question));
    for (const at of [page, maya.page]) await until("the count follows", () => count(at, "Unassigned"), (now) => now === before + 1);
  });
  await step("what is read on the laptop is read on the phone, and unread for a colleague until he reads it", async () => {
    const pocket = await browser.newContext({ viewport: { width: 390, height: 800 } });
    const phone = await Member.at(pocket, web_url, { email: given("EMAIL"), password }, troubles);
    /** @param {Member} who @param {boolean} is_unread */
    const card = (who, is_unread) => who.page.locator(`[data-conversation][data-unread=${is_unread}]`, { hasText: question });
    for (const who of [jonas, phone, maya]) await sees(card(who, true));
    await soon(async () => assert.match(await phone.page.title(), /^\(\d+\+?\) /, "the tab counts it"));
    await jonas.card(question).click();
    await sees(card(phone, false));
    await phone.page.reload();
    await sees(card(phone, false));
    await sees(card(maya, true));
    await pocket.close();
    await maya.card(question).click();
    await sees(maya.line(question));
  });
  await step("whoever takes it second is told who was faster, and sees it right", async () => {
    line.hold();
    await jonas.button("Take").click();
    await sees(jonas.button("Give back"));
    await maya.button("Take").click();
    await maya.page.waitForTimeout(200); // Until the stale wish is on its way; nothing can be seen of it.
    line.release();
    await sees(maya.page.getByText("Jonas Weber took it a moment ago."));
    await sees(maya.page.locator(".thread .status", { hasText: "Jonas Weber" }));
  });
  await step("keys tag it and say how urgent it is, for everybody to see", async () => {
    await keys.press("t");
    await page.getByRole("combobox", { name: "Tags" }).fill("Furniture");
    await keys.press("Enter");
    await sees(page.locator(".side .tag", { hasText: "furniture" }));
    await keys.press("Escape");
    await keys.press("p");
    await page.getByRole("combobox", { name: "Priority" }).fill("urg");
    await keys.press("Enter");
    await sees(maya.card(question).getByRole("img", { name: "Urgent priority" }));
    await sees(maya.card(question).locator(".tag", { hasText: "furniture" }));
    await sees(vera.line(question));
    assert.equal(await vera.panel.getByText(/furniture|urgent/i).count(), 0, "tags and urgency are the team's own");
  });
  await step("it is given to somebody else, and that is taken back", async () => {
    await keys.press("a");
    await page.getByRole("combobox", { name: "Assign to" }).fill("maya");
    await keys.press("Enter");
    await sees(page.getByText("Assigned to Maya Lindqvist."));
    await sees(maya.button("Give back"));
    await page.getByRole("button", { name: "Undo" }).last().click();
    await sees(jonas.button("Give back"));
  });
  await step("a canned response is written down, found by a slash and filled in", async () => {
    await page.goto(`${web_url}/console/settings/canned`);
    await page.getByRole("button", { name: "New response" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("Name").fill("Repairs");
    await form.getByLabel("Shortcut").fill("repair");
    await form.getByLabel("Text", { exact: true }).fill("Hello {{contact.first_name|there}}, **yes**, we repair. {{agent.first_name}}");
    await form.getByRole("button", { name: "Add", exact: true }).click();
    await sees(page.locator(".rows", { hasText: "Repairs" }));
    await page.goBack();
    await sees(jonas.line(question));
    const words = await page.locator(".thread .bubble", { hasText: question }).boundingBox();
    assert.ok(words !== null && words.height < 40, `words that fit into one line stand in one, and not ${words?.height} px high`);
    const field = page.getByRole("textbox", { name: "Your reply" });
    await field.pressSequentially("/repa");
    await sees(page.getByRole("option", { name: /Repairs/ }));
    await keys.press("Enter");
    await soon(async () => assert.match(await field.inputValue(), /^Hello \S+, \*\*yes\*\*, we repair\. Jonas$/));
    await keys.press("Enter");
    await sees(jonas.line("we repair").locator("strong", { hasText: "yes" }));
    await sees(vera.line("we repair"));
  });
  await step("what one said last is edited by the arrow up, for both sides to see; Escape leaves it as it was", async () => {
    const [reply, changed] = [page.getByRole("textbox", { name: "Your reply" }), page.getByRole("textbox", { name: "Your message, changed" })];
    await jonas.write("We open at nien.");
    await sees(vera.line("We open at nien."));
    await keys.press("ArrowUp");
    await sees(changed);
    await soon(async () => assert.equal(await changed.inputValue(), "We open at nien."));
    await keys.type(" Or not");
    await keys.press("Escape");
    await sees(page.locator("textarea:focus"));
    await soon(async () => assert.equal(await reply.inputValue(), ""));
    await keys.press("ArrowUp");
    await changed.fill("We open at nine.");
    await keys.press("Enter");
    await sees(vera.line("We open at nine."));
    await sees(vera.panel.locator(".group", { hasText: "We open at nine." }).getByText("edited", { exact: true }));
    await sees(page.locator(".thread .group", { hasText: "We open at nine." }).getByText("edited", { exact: true }));
    await sees(maya.line("We open at nine."));
    assert.equal(await vera.line("Or not").count(), 0);
    await soon(async () => assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Your reply"));
  });
  await step("what should not have been said is taken back by the small menu, and nobody can change what others said", async () => {
    await jonas.write("Wrong window!");
    await sees(vera.line("Wrong window!"));
    const own = page.locator(".thread .group", { hasText: "Wrong window!" });
    await jonas.line("Wrong window!").hover();
    await own.getByRole("button", { name: "Change your message" }).click();
    await sees(page.locator("[role=menuitem]:focus", { hasText: "Edit" }));
    await keys.press("ArrowUp");
    await keys.press("Enter");
    const asked = page.getByRole("dialog", { name: "Delete this message?" });
    await asked.getByRole("button", { name: "Keep it" }).click();
    await sees(jonas.line("Wrong window!"));
    await own.getByRole("button", { name: "Change your message" }).focus();
    await keys.press("Enter");
    await keys.press("Escape");
    await soon(async () => assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Change your message"));
    await keys.press("Enter");
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await asked.getByRole("button", { name: "Delete", exact: true }).click();
    for (const line of [jonas.line("Wrong window!"), vera.line("Wrong window!"), maya.line("Wrong window!")]) await misses(line);
    await sees(vera.line("This message was deleted"));
    await sees(jonas.line("This message was deleted"));
    assert.equal(await maya.page.getByRole("button", { name: "Change your message" }).count(), 0);
  });
  await step("a note is edited among the team", async () => {
    await jonas.note("He is a frend.");
    await sees(maya.line("He is a frend."));
    await keys.press("ArrowUp");
    await sees(page.getByText("Editing your note"));
    await page.getByRole("textbox", { name: "Your note, changed" }).fill("He is a friend.");
    await keys.press("Enter");
    await sees(maya.line("He is a friend."));
    await sees(page.locator(".thread .group[data-note=true]", { hasText: "He is a friend." }).getByText("edited"));
    assert.equal(await vera.line("friend").count(), 0);
  });
  await step("a change without a network is seen at once, and arrives later", async () => {
    await page.getByRole("textbox", { name: "Your reply" }).focus();
    await jonas.write("See you tomorow.");
    await sees(vera.line("See you tomorow."));
    await inside.setOffline(true);
    await keys.press("ArrowUp");
    await page.getByRole("textbox", { name: "Your message, changed" }).fill("See you tomorrow.");
    await keys.press("Enter");
    await sees(page.locator(".thread .group", { hasText: "See you tomorrow." }).getByRole("img", { name: "Waiting to be sent" }));
    await inside.setOffline(false);
    await sees(vera.line("See you tomorrow."));
    await misses(page.getByRole("img", { name: "Waiting to be sent" }));
  });
  await step("on a phone the finger that rests on the words opens the menu", async () => {
    const pocket = await browser.newContext({ viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true });
    const phone = await Member.at(pocket, web_url, { email: given("EMAIL"), password }, troubles);
    await phone.page.goto(page.url());
    await sees(phone.line("See you tomorrow."));
    const box = await phone.line("See you tomorrow.").boundingBox();
    assert(box !== null);
    const finger = await pocket.newCDPSession(phone.page);
    await finger.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: box.x + 20, y: box.y + 10 }] });
    await sees(phone.page.getByRole("menuitem", { name: "Delete" }));
    await finger.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await phone.page.getByRole("menuitem", { name: "Edit" }).tap();
    await phone.page.getByRole("textbox", { name: "Your message, changed" }).fill("See you on Monday.");
    await phone.page.getByRole("button", { name: "Save" }).tap();
    await sees(vera.line("See you on Monday."));
    await sees(jonas.line("See you on Monday."));
    await pocket.close();
  });
  await step("what is half written outlives a reload, a reply and a note each for itself", async () => {
    await page.getByRole("textbox", { name: "Your reply" }).fill("half a reply");
    await page.getByRole("button", { name: "Note", exact: true }).click();
    await page.getByRole("textbox", { name: "Your note for the team" }).fill("half a note");
    await page.reload();
    const note = page.getByRole("textbox", { name: "Your note for the team" });
    await sees(note);
    await soon(async () => assert.equal(await note.inputValue(), "half a note"));
    await page.getByRole("button", { name: "Reply", exact: true }).click();
    const reply = page.getByRole("textbox", { name: "Your reply" });
    await soon(async () => assert.equal(await reply.inputValue(), "half a reply"));
    await reply.fill("");
    await keys.press("Escape");
  });
  await step("closing is undone by one key, with the same person at it", async () => {
    await sees(jonas.button("Close"));
    await keys.press("e");
    await sees(jonas.button("Reopen"));
    await keys.press("z");
    await sees(jonas.button("Give back"));
    await sees(jonas.button("Close"));
  });
  await step("the person gets a name, which the list shows at once", async () => {
    const [name, field] = [page.getByRole("button", { name: /^Name: / }), page.getByRole("textbox", { name: "Name" })];
    /** @type {unknown[]} */
    const saved = [];
    page.on("request", (request) => request.method() === "PATCH" && saved.push(request.postDataJSON()));
    await name.click();
    await field.fill("Somebody Else");
    await keys.press("Escape");
    await name.click();
    await field.fill("Vera Sandberg");
    await keys.press("Enter");
    await sees(page.getByRole("button", { name: "Name: Vera Sandberg. Change it" }));
    await sees(maya.card(question).or(maya.page.locator("[data-conversation]", { hasText: "Vera Sandberg" })));
    await soon(async () => assert.deepEqual(saved, [{ name: "Vera Sandberg" }], "Escape leaves what was"));
  });
  await step("an address that the visitor leaves stands beside ours, until somebody takes it", async () => {
    await page.getByRole("button", { name: /E-mail: |Add an e-mail/ }).click();
    await page.getByRole("textbox", { name: "E-mail" }).fill("vera@ledger.example");
    await keys.press("Enter");
    await sees(page.getByRole("button", { name: "E-mail: vera@ledger.example. Change it" }));
    const panel = vera.page.frames().find((each) => each.url().includes("/widget/panel"));
    const status = await panel?.evaluate(async () => {
      const kept = Object.keys(localStorage).find((each) => each.startsWith("frontdesk:")) ?? "";
      const authorization = `Bearer ${JSON.parse(localStorage.getItem(kept) ?? "").session.token}`;
      const body = JSON.stringify({ email: "vera@home.example" });
      return (await fetch("/api/widget/email", { method: "POST", headers: { authorization }, body })).status;
    });
    assert.equal(status, 204);
    await page.reload();
    await sees(page.getByRole("button", { name: "E-mail: vera@ledger.example. Change it" }));
    await sees(page.getByText("Left in the chat: vera@home.example"));
    await page.getByRole("button", { name: "Use this e-mail" }).click();
    await sees(page.getByRole("button", { name: "E-mail: vera@home.example. Change it" }));
    await misses(page.getByText("Left in the chat"));
  });
  await step("whoever reads the past stays there, and is led to what is new", async () => {
    const box = page.locator(".messages");
    await vera.write(Array.from({ length: 90 }, (_, line) => `line ${line}`).join("\n"));
    await sees(jonas.line("line 89"));
    await box.evaluate((element) => element.scrollBy(0, -1200));
    await sees(page.getByRole("button", { name: "Newest" }));
    const top = () => jonas.line("line 89").evaluate((element) => element.getBoundingClientRect().top);
    const before = await top();
    await vera.write("Are you still there?");
    await sees(page.getByRole("button", { name: "1 new" }));
    await soon(async () => assert(Math.abs((await top()) - before) < 1, "what is read moved"));
    await page.getByRole("button", { name: "1 new" }).click();
    await until("the newest is in sight", () => box.evaluate((element) => element.scrollTop), (now) => now === 0);
    await misses(page.getByRole("button", { name: "1 new" }));
  });
  await step("addresses lead to what they name, and back and forward work", async () => {
    const address = page.url();
    await keys.press("g");
    await keys.press("m");
    await sees(page.getByRole("heading", { name: "Mine" }));
    await page.goBack();
    assert.equal(page.url(), address);
    await sees(jonas.line(question));
    await page.goForward();
    await sees(page.getByRole("heading", { name: "Mine" }));
    await page.goto(address);
    await sees(jonas.line(question));
    await soon(async () => assert.match(await page.title(), /Vera Sandberg|Visitor/));
  });
  await step("the palette finds what can be done, and the sheet tells every key", async () => {
    await keys.press("Control+k");
    await page.getByRole("combobox", { name: "Search and commands" }).fill("api tok");
    await misses(page.getByRole("option", { name: /API tokens/ })); // An agent may not, so it is not offered.
    await page.getByRole("combobox", { name: "Search and commands" }).fill("teams sett");
    await keys.press("Enter");
    await sees(page.getByRole("heading", { name: "Teams", level: 1 }));
    await keys.press("?");
    await sees(page.getByRole("dialog", { name: "Keyboard shortcuts" }).getByText("Canned response"));
    await keys.press("Escape");
    await page.goBack();
  });
  await step("a search finds what was said, and leads to its place", async () => {
    await keys.press("f");
    await page.getByRole("searchbox").fill("repair a chair");
    await sees(page.locator(".hit mark").first());
    await page.locator(".hit", { has: page.locator("mark") }).first().click();
    await sees(page.locator("[data-jumped=true] .bubble"));
  });
  await step("what is late is the company's own to say, and its lists know at once", async () => {
    const late = maya.page.locator(".wait[data-late=true]");
    for (const minutes of ["1440", "5"]) {
      await maya.page.goto(`${web_url}/console/settings/organization`);
      await maya.page.getByLabel("Late after, in minutes").fill(minutes);
      await maya.page.getByRole("button", { name: "Save", exact: true }).click();
      await sees(maya.page.getByRole("button", { name: "Saved", exact: true }));
      await maya.page.locator(".nav a", { hasText: "Unassigned" }).click();
      await sees(maya.page.locator(".wait").first());
      await (minutes === "5" ? sees(late.first()) : misses(late));
    }
  });
  await step("who was logged out elsewhere logs in, and is where they were", async () => {
    const address = page.url();
    const other = await Member.at(await browser.newContext(), web_url, { email: given("EMAIL"), password }, troubles);
    await other.page.goto(`${web_url}/console/settings/profile`);
    await sees(other.page.locator(".rows li", { hasText: "This browser" }));
    const rows = other.page.locator(".rows li").filter({ hasNotText: "This browser" });
    for (let left = await rows.count(); left > 0; left--) {
      await rows.first().getByRole("button", { name: "End" }).click();
      await until("the session is gone", () => rows.count(), (now) => now < left);
    }
    await sees(page.getByText("Your session has ended"));
    await page.getByLabel("E-mail").fill(given("EMAIL"));
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Log in" }).click();
    await sees(jonas.line(question));
    assert.equal(page.url(), address);
  });
  assert.deepEqual(troubles, [], "the pages have no errors of their own");
}

await inBrowser(tell);
