/** The whole story of one conversation, in a real browser on running servers: WEB_URL, SHOP_URL, EMAIL, PASSWORD. */

import assert from "node:assert/strict";
import { inBrowser, soon } from "./browser.js";
import { given, stepper } from "./given.js";
import { Member, misses, sees, until, Visitor } from "./people.js";

/** @import { Browser } from "playwright-core" */

const web_url = given("WEB_URL");
const shop_url = given("SHOP_URL");
const login = { email: given("EMAIL"), password: given("PASSWORD") };
/** @type {string[]} */
const troubles = [];
const step = stepper();

/** @param {Browser} browser */
async function tell(browser) {
  const outside = await browser.newContext();
  const inside = await browser.newContext();
  let vera = await Visitor.at(outside, shop_url, troubles);
  const jonas = await Member.at(inside, web_url, login, troubles);
  const question = `Where is my order ${Date.now()}?`;

  await step("the launcher opens a chat that greets", async () => {
    await vera.openChat();
    await sees(vera.panel.locator(".bubble"));
  });
  await step("the first words reach the server and are stored", async () => {
    await vera.write(question);
    await sees(vera.line(question));
    await sees(vera.tick("stored"));
  });
  await step("the conversation appears in the inbox by itself", async () => {
    await sees(jonas.card(question));
    await jonas.card(question).click();
    await sees(jonas.line(question));
  });
  await step("whoever waits knows the place in line", () => sees(vera.panel.getByText(/^You are (next|number \d+ in line)/)));
  await step("what the member has before the eyes is read", () => sees(vera.tick("read")));
  await step("taking it tells the visitor who answers", async () => {
    await jonas.button("Take").click();
    await sees(vera.panel.getByText("Jonas Weber joined"));
    await misses(jonas.button("Take"));
  });
  await step("typing is seen on both sides, with the name", async () => {
    await jonas.page.getByRole("textbox", { name: "Your reply" }).pressSequentially("Let me");
    await sees(vera.panel.getByText(/Jonas Weber is typing/));
    await vera.types("Thank");
    await sees(jonas.page.getByText(/is typing/));
  });
  await step("the answer arrives and is read at once", async () => {
    await jonas.write("Let me look. It left yesterday.");
    await sees(vera.line("Let me look"));
    await misses(vera.panel.getByText("is typing"));
    await sees(jonas.tick("read"));
  });
  await step("what comes while the chat is closed is delivered, counted and marked as new", async () => {
    await vera.panel.getByRole("button", { name: "Close the chat" }).click();
    await jonas.write("Do you need anything else?");
    await sees(vera.page.getByRole("button", { name: "Chat with us, unread: 1" }));
    await sees(jonas.tick("delivered"));
    await vera.launcher.click();
    await sees(vera.panel.getByText("New", { exact: true }));
    await sees(jonas.tick("read"));
  });
  await step("a note stays with the team", async () => {
    await jonas.note("This customer is a friend of the house.");
    await sees(jonas.page.locator("[data-note=true] .bubble"));
    await jonas.write("One moment.");
    await sees(vera.line("One moment."));
    assert.equal(await vera.line("friend of the house").count(), 0);
  });
  await step("words without a network stay grey and arrive later, in order", async () => {
    await outside.setOffline(true);
    for (const text of ["first without network", "second without network", "third without network"]) await vera.write(text);
    await sees(vera.waiting.nth(2));
    await sees(vera.panel.getByText(/No connection/));
    await outside.setOffline(false);
    await sees(jonas.line("third without network"));
    await misses(vera.waiting);
    const order = ["first", "second", "third"].map((word) => `${word} without network`);
    await soon(async () => assert.deepEqual((await jonas.lines()).slice(-3), order));
    await soon(async () => assert.deepEqual((await vera.lines()).slice(-3), order));
  });
  await step("words of a page that died without a network are sent by the next one", async () => {
    await outside.setOffline(true);
    await vera.write("written before the crash");
    await sees(vera.waiting);
    // Writing down takes the browser a moment, and a page that dies within it has said nothing yet.
    await until("the draft is written down", () => vera.kept(), (count) => count === 1);
    await vera.page.close();
    await outside.setOffline(false);
    vera = await Visitor.at(outside, shop_url, troubles);
    await vera.openChat();
    await sees(jonas.line("written before the crash"));
    assert.equal(await jonas.line("written before the crash").count(), 1);
  });
  await step("two tabs of one visitor show the same", async () => {
    const other = await Visitor.at(outside, shop_url, troubles);
    await other.openChat();
    await sees(other.line("written before the crash"));
    await vera.write("from the first tab");
    await sees(other.line("from the first tab"));
    await other.write("from the second tab");
    await sees(vera.line("from the second tab"));
    const lines = await vera.lines();
    await until("both tabs show the same lines", () => other.lines(), (now) => JSON.stringify(now) === JSON.stringify(lines));
    await other.page.close();
  });
  await step("closing tells the visitor, whose next word opens it again", async () => {
    await jonas.button("Close").click();
    await sees(vera.panel.getByText("The conversation was closed"));
    await sees(jonas.button("Reopen"));
    await vera.write("One more thing");
    await sees(jonas.line("One more thing"));
    await sees(jonas.button("Close"));
  });
  await step("a reload of both pages shows the same lines", async () => {
    const [seen, known] = [await vera.lines(), await jonas.lines()];
    await vera.page.reload();
    await vera.openChat();
    await until("the visitor sees the lines again", () => vera.lines(), (now) => JSON.stringify(now) === JSON.stringify(seen));
    await jonas.page.reload();
    await until("the member sees the lines again", () => jonas.lines(), (now) => JSON.stringify(now) === JSON.stringify(known));
  });
  await step("markup is text, on both sides", async () => {
    await vera.write("<img src=x onerror=alert(1)> & <b>bold</b>");
    await sees(jonas.line("<img src=x onerror=alert(1)> & <b>bold</b>"));
    assert.equal(await jonas.page.locator(".thread .bubble :is(img, b)").count(), 0);
  });
  await step("the keyboard alone finds, opens, answers, notes and closes", async () => {
    const keys = jonas.page.keyboard;
    await jonas.page.goto(web_url);
    await sees(jonas.card("<img"));
    for (const key of ["j", "Enter", "r"]) await keys.press(key);
    await sees(jonas.page.locator("textarea:focus"));
    await keys.type("by hand");
    await keys.press("Enter");
    await sees(vera.line("by hand"));
    for (const key of ["Escape", "n"]) await keys.press(key);
    await sees(jonas.page.getByRole("textbox", { name: "Your note for the team" }));
    await sees(jonas.page.locator("textarea:focus"));
    for (const key of ["Escape", "e"]) await keys.press(key);
    await sees(jonas.button("Reopen"));
    await jonas.button("Reopen").click();
    await sees(jonas.button("Close"));
  });
  await step("a member whose network was away has missed nothing", async () => {
    await inside.setOffline(true);
    await vera.write("said while the console was offline");
    await sees(vera.tick("stored"));
    await inside.setOffline(false);
    await sees(jonas.line("said while the console was offline"));
  });
  await step("whoever logs out is out, on the server too", async () => {
    await jonas.page.getByRole("button", { name: "Log out" }).click();
    await sees(jonas.page.getByRole("button", { name: "Log in" }));
    await jonas.page.reload();
    await sees(jonas.page.getByRole("button", { name: "Log in" }));
  });
  assert.deepEqual(troubles, [], "the pages have no errors of their own");
}

await inBrowser(tell);
