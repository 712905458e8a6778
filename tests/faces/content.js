/** What a bot shows and suggests, in both faces. WEB_URL, WIDGET_KEY, EMAIL, PASSWORD; the bot is the test's. */

import assert from "node:assert/strict";
import { inBrowser, misses, sees, until, watchErrors } from "./browser.js";
import { given, stepper } from "./given.js";
import { look } from "./look.js";
import { Member } from "./people.js";

/** @import { Browser } from "playwright-core" */

const web_url = given("WEB_URL");
/** @type {string[]} */
const troubles = [];
const step = stepper();
/** What a card of the bot says. */
const MARKUP = '"><img src=x onerror=alert(1)><b>Bold</b>';

/** @param {Browser} browser */
async function tell(browser) {
  const outside = await browser.newContext({ viewport: { width: 380, height: 640 } });
  const visitor = await outside.newPage();
  watchErrors(visitor, "visitor", troubles);
  await visitor.goto(`${web_url}/widget/panel?key=${given("WIDGET_KEY")}`);
  const field = visitor.getByRole("textbox", { name: "Your message" });
  const say = async (/** @type {string} */ text) => {
    await field.fill(text);
    await field.press("Enter");
  };
  const tap = (/** @type {string} */ label) => visitor.getByRole("button", { name: label, exact: true });
  const line = (/** @type {string} */ text) => visitor.locator(".bubble", { hasText: text });
  await sees(field);

  await step("an answer says where it comes from", async () => {
    await say("sources");
    await sees(visitor.getByText("Answered from"));
    await sees(visitor.getByRole("link", { name: "Returning a plant" }));
    assert.equal(await visitor.getByRole("link", { name: "Opening hours" }).count(), 0, "what has no address is no link");
    await look(visitor, "sources");
  });
  await step("a visitor says whether it helped, thinks again, and finds it so after a reload", async () => {
    const vote = (/** @type {string} */ name) => visitor.getByRole("group", { name: "Was this helpful?" }).getByRole("button", { name, exact: true });
    const is = async (/** @type {string} */ name, /** @type {string} */ pressed) =>
      until(`${name} is ${pressed}`, () => vote(name).getAttribute("aria-pressed"), (now) => now === pressed);
    await vote("Yes").focus();
    await visitor.keyboard.press("Enter");
    await is("Yes", "true");
    await vote("No").click();
    await is("No", "true");
    await is("Yes", "false");
    await look(visitor, "voted");
    const popup = outside.waitForEvent("page");
    await visitor.getByRole("link", { name: "Returning a plant" }).click();
    await (await popup).close();
    await visitor.reload();
    await is("No", "true");
  });
  await step("answers to tap are there until one has answered", async () => {
    await say("taps");
    await sees(tap("Yes, please"));
    await look(visitor, "taps");
    await tap("Yes, please").focus();
    await visitor.keyboard.press("Enter");
    await sees(line("You tapped yes"));
    await misses(tap("No, thanks"));
    await until("the focus is not lost", () => visitor.evaluate("document.activeElement.className"), (now) => now === "messages");
  });
  await step("cards lead to pages", async () => {
    await say("cards");
    const link = visitor.getByRole("link", { name: "Look at it" }).first();
    await sees(link);
    assert.equal(await link.getAttribute("href"), "https://plants.example/ficus");
    await sees(visitor.getByText(MARKUP));
    assert.equal(await visitor.locator("img[src=x], b").count(), 0, "what a bot shows is text");
    await look(visitor, "cards");
  });
  await step("a form is filled in once, also over a reload", async () => {
    await say("form");
    const order = visitor.getByRole("spinbutton", { name: "Order" });
    await sees(order);
    await look(visitor, "form");
    await visitor.getByRole("button", { name: "Send it back" }).click();
    await sees(order);
    await order.fill("1041");
    await visitor.getByRole("combobox", { name: "Why" }).selectOption("Broken");
    await visitor.getByRole("button", { name: "Send it back" }).click();
    await sees(line("You filled in 1041 and Broken"));
    await misses(order);
    await visitor.reload();
    await sees(line("Order: 1041"));
    await misses(order);
    await look(visitor, "filled");
  });
  await step("in Arabic it stands the other way round", async () => {
    const arabic = await outside.newPage();
    await arabic.goto(`${web_url}/widget/panel?key=${given("WIDGET_KEY")}&lang=ar`);
    await sees(arabic.getByRole("link", { name: "Look at it" }).first());
    await look(arabic, "arabic");
    await arabic.close();
  });

  const inside = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const ada = await Member.at(inside, web_url, { email: given("EMAIL"), password: given("PASSWORD") }, troubles);
  const { page } = ada;
  const reply = page.getByRole("textbox", { name: "Your reply" });
  const box = page.getByRole("region", { name: "Robbie suggests an answer" });
  await step("the team sees what the visitor was shown and has answered", async () => {
    await ada.cards.first().click();
    await sees(page.getByText("Sending a plant back"));
    await sees(page.getByText(MARKUP));
    assert.equal(await page.locator("img[src=x], .thread b").count(), 0, "what a bot shows is text");
    await sees(ada.line("Order: 1041"));
    const side = page.getByRole("region", { name: "About this person" });
    for (const told of ["order number", "1041", "<b>gold</b>"]) await sees(side.getByText(told, { exact: true }));
    await look(page, "shown");
    await side.getByRole("button", { name: "order number: 1041. Change it" }).click();
    await page.keyboard.type("2077");
    await page.keyboard.press("Enter");
    await sees(side.getByRole("button", { name: "order number: 2077. Change it" }));
    await sees(page.getByText("You noted order number: 2077"));
    await side.getByRole("button", { name: "Note a fact" }).click();
    await page.keyboard.type("nothing");
    await page.keyboard.press("Enter");
    await sees(side.getByText("Write it as name: value"));
    await page.keyboard.press("Home");
    await page.keyboard.type("Garden: ");
    await page.keyboard.press("Enter");
    await sees(side.getByRole("button", { name: "garden: nothing. Change it" }));
    await side.getByRole("button", { name: "plan: <b>gold</b>. Change it" }).click();
    await page.keyboard.press("Delete");
    await page.keyboard.press("Enter");
    await misses(side.getByText("<b>gold</b>", { exact: true }));
  });
  await step("who takes over gets suggestions, and takes one into the field", async () => {
    await page.getByRole("button", { name: "Take it over" }).click();
    await page.getByRole("dialog").getByRole("button", { name: /take/i }).last().click();
    await misses(page.getByText("Robbie has this conversation."));
    await say("sources");
    await sees(box.getByText("Within thirty days"));
    await sees(box.getByText("83 % sure"));
    await look(page, "suggestion");
    await page.setViewportSize({ width: 390, height: 780 });
    await page.getByRole("button", { name: "Fold the panel" }).click();
    await sees(box);
    await look(page, "suggestion-phone");
    await page.setViewportSize({ width: 1280, height: 860 });
    await reply.focus();
    await page.keyboard.press("Alt+Enter");
    await until("it is in the field", () => reply.inputValue(), (now) => now.startsWith("Within thirty days"));
    await misses(box);
    await page.keyboard.press("Enter");
    await sees(line("Within thirty days").nth(1));
  });
  await step("one is put away, and one is late", async () => {
    await say("echo one");
    await sees(box.getByText("You said: echo one"));
    await reply.focus();
    await page.keyboard.press("Escape");
    await misses(box);
    await say("echo two");
    await sees(box.getByText("You said: echo two"));
    await say("echo three");
    await sees(box.getByText("You said: echo three"));
    await misses(box.getByText("You said: echo two"));
    await ada.write("I have read it");
    await misses(box);
  });
  await inside.close();
  await outside.close();
  // Alone in a tab, the panel is asked for an icon.
  assert.deepEqual(troubles.filter((each) => !each.includes("favicon")), []);
}

await inBrowser(tell);
