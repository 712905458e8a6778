/** An answer that grows: WEB_URL, WIDGET_KEY, EMAIL, PASSWORD, GO_URL (the bot goes on). */

import assert from "node:assert/strict";
import { inBrowser, misses, sees } from "./browser.js";
import { given, stepper } from "./given.js";
import { look } from "./look.js";
import { Member } from "./people.js";

/** @import { Browser, Page } from "playwright-core" */

const web_url = given("WEB_URL");
/** @type {string[]} */
const troubles = [];
const step = stepper();
const HALF = "You can return it within";
const WHOLE = "You can return it within thirty days.";
const goOn = () => fetch(given("GO_URL"), { method: "POST" });

/**
 * @param {Page} page
 * @param {string} text
 */
const partial = (page, text) => page.locator("[data-partial] .bubble", { hasText: text });

/** @param {Browser} browser */
async function tell(browser) {
  const outside = await (await browser.newContext({ viewport: { width: 390, height: 640 } })).newPage();
  const size = { viewport: { width: 1280, height: 860 } };
  const ada = await Member.at(await browser.newContext(size), web_url, { email: given("EMAIL"), password: given("PASSWORD") }, troubles);
  const field = outside.getByRole("textbox", { name: "Your message" });
  await step("the visitor sees the answer grow, named as the bot's", async () => {
    await outside.goto(`${web_url}/widget/panel?key=${given("WIDGET_KEY")}`);
    await field.fill("May I return it?");
    await field.press("Enter");
    await sees(partial(outside, HALF));
    await sees(outside.locator("[data-partial] .bot"));
    await sees(outside.locator("header .face img[src$='?of=bot']"));
    await look(outside, "partial");
  });
  await step("and so does whoever looks on", async () => {
    await ada.card("May I return it?").click();
    await sees(partial(ada.page, HALF));
    await look(ada.page, "partial-console");
  });
  await step("screen readers are told of the answer alone", async () => {
    for (const page of [outside, ada.page]) assert.equal(await page.locator("[aria-live] [data-partial]").count(), 0);
  });
  await step("the answer takes its place, once", async () => {
    await goOn();
    await sees(outside.locator("[role=log] .bubble", { hasText: WHOLE }));
    await sees(outside.locator("[role=log] .bubble strong", { hasText: "thirty" }));
    await misses(outside.locator("[data-partial]"));
    await sees(ada.line("thirty days."));
    await misses(ada.page.locator("[data-partial]"));
    assert.equal(await outside.locator(".bubble", { hasText: HALF }).count(), 1);
  });
  await step("what comes to nothing goes away", async () => {
    await field.fill("never mind");
    await field.press("Enter");
    await sees(partial(outside, HALF));
    await goOn();
    await misses(outside.locator("[data-partial]"));
  });
  await step("when everybody has gone home, the bot has not", async () => {
    await ada.page.context().close();
    const newcomer = await (await browser.newContext()).newPage();
    await newcomer.goto(`${web_url}/widget/panel?key=${given("WIDGET_KEY")}`);
    await sees(newcomer.locator("header p", { hasText: "We are away" }));
    assert.equal(await outside.locator("header p").textContent(), "Bot");
    await misses(outside.getByRole("button", { name: "Leave your e-mail" }));
    await look(outside, "bot-alone");
  });
  assert.deepEqual(troubles, []);
}

await inBrowser(tell);
