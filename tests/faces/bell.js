/** What tells a member of news who looks elsewhere: title, sound, notification. WEB_URL, SHOP_URL, EMAIL, PASSWORD. */

import assert from "node:assert/strict";
import { inBrowser, sees, until } from "./browser.js";
import { listen } from "./ears.js";
import { given, stepper } from "./given.js";
import { Member, Visitor } from "./people.js";

/** @import { Browser, Page } from "playwright-core" */

const web_url = given("WEB_URL");
const shop_url = given("SHOP_URL");
/** @type {string[]} */
const troubles = [];
const step = stepper();

/** @param {Page} page */
const shown = (page) =>
  page.evaluate(() => /** @type {any} */ (window).shown.map((/** @type {any} */ { title, body }) => ({ title, body })));
/** @param {Page} page */
const tones = (page) => page.evaluate(() => /** @type {any} */ (window).pitches.length);

/**
 * The person turns to the page, or away from it.
 * @param {Page} page
 * @param {boolean} is_looking
 */
const turn = (page, is_looking) =>
  page.evaluate((is_now) => {
    /** @type {any} */ (window).is_looking = is_now;
    dispatchEvent(new Event(is_now ? "focus" : "blur"));
  }, is_looking);

/** @param {Browser} browser */
async function tell(browser) {
  const inside = await browser.newContext();
  await inside.grantPermissions(["notifications"], { origin: new URL(web_url).origin });
  await inside.addInitScript(listen);
  const jonas = await Member.at(inside, web_url, { email: given("EMAIL"), password: given("PASSWORD") }, troubles);
  const { page } = jonas;
  const vera = await Visitor.at(await browser.newContext(), shop_url, troubles);
  const question = `Is anybody there ${Date.now()}?`;

  await step("a sound tells of a new conversation, and the title counts it", async () => {
    await sees(jonas.cards);
    const before = Number(/^\((\d+)\)/.exec(await page.title())?.[1] ?? 0);
    await vera.openChat();
    await vera.write(question);
    await sees(jonas.card(question));
    await until("the title counts", () => page.title(), (now) => now.startsWith(`(${before + 1}) `));
    await until("it rings", () => tones(page), (now) => now === 2);
    assert.deepEqual(await shown(page), [], "nobody asked for a notification, and it would be in the way of who looks");
  });
  await step("a notification is asked for where one sets it, and only then", async () => {
    await page.goto(`${web_url}/console/settings/profile`);
    await page.getByRole("checkbox", { name: "A quiet sound" }).uncheck();
    await page.getByRole("checkbox", { name: "A desktop notification" }).check();
    await page.goto(web_url);
    await sees(jonas.card(question));
  });
  await step("to somebody who looks elsewhere it shows who speaks and what, and leads there", async () => {
    await turn(page, false);
    await vera.write("Hello? It is about my fern.");
    await until("it is shown", () => shown(page), (now) => now.length === 1 && now[0].body === "Hello? It is about my fern.");
    assert.notEqual((await shown(page))[0].title, "");
    await page.evaluate(() => void (/** @type {any} */ (window).shown[0].dispatchEvent(new Event("click"))));
    await sees(jonas.line("about my fern"));
  });
  await step("what one says oneself is no news, and silence was asked for", async () => {
    await turn(page, true);
    await jonas.write("Here I am.");
    await sees(vera.line("Here I am."));
    await turn(page, false);
    await vera.write("Good.");
    await until("the next is shown", () => shown(page), (now) => now.length === 2 && now[1].body === "Good.");
    assert.equal(await tones(page), 0);
  });
  await step("what is only in sight is not read until somebody looks", async () => {
    await sees(vera.tick("delivered"));
    await turn(page, true);
    await sees(vera.tick("read"));
  });
  assert.deepEqual(troubles, [], "the pages have no errors of their own");
}

await inBrowser(tell);
