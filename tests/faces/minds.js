/** Intents are taught and tried in settings, and the thread says what is understood. WEB_URL, WIDGET_KEY, LEAD, PASSWORD. */

import assert from "node:assert/strict";
import { Asking } from "./asking.js";
import { inBrowser, sees } from "./browser.js";
import { given, stepper } from "./given.js";
import { look } from "./look.js";
import { Member } from "./people.js";

/** @import { Browser } from "playwright-core" */

const web_url = given("WEB_URL");
/** @type {string[]} */
const troubles = [];
const step = stepper();

/** @param {Browser} browser */
async function tell(browser) {
  const outside = await Asking.at(await browser.newContext({ locale: "de-DE" }), web_url, given("WIDGET_KEY"));
  const inside = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const { page } = await Member.at(inside, web_url, { email: given("LEAD"), password: given("PASSWORD") }, troubles);
  const dialog = page.getByRole("dialog");
  const tried = page.getByRole("region", { name: "Try a sentence" });

  await step("a lead begins with what is suggested", async () => {
    await page.goto(`${web_url}/console/settings/intents`);
    await sees(page.getByText("No intents yet"));
    await look(page, "intents-none");
    await page.getByRole("button", { name: "Order status" }).click();
    await sees(page.getByText("Where is my order? ·"));
    await page.getByRole("button", { name: "New intent" }).click();
    await dialog.getByLabel("Name").fill("Opening hours");
    await dialog.getByLabel("What visitors say").fill("When are you open?\n\nWhat are your opening hours?");
    await look(page, "intents-new");
    await dialog.getByRole("button", { name: "Add" }).click();
    await sees(page.getByText("When are you open? · What are your opening hours?"));
  });
  await step("a sentence in another language is tried", async () => {
    await tried.getByRole("textbox").fill("Wann kommt mein Paket endlich an?");
    await tried.getByRole("button").click();
    await sees(tried.getByText("Order status"));
    await sees(tried.getByText("German"));
    await look(page, "intents");
    await tried.getByRole("textbox").fill("My hovercraft is full of eels");
    await tried.getByRole("button").click();
    await sees(tried.getByText("None; nearest is"));
  });
  await step("the thread says what is wanted, how the visitor feels, and in which language", async () => {
    const conversation = await outside.ask("Wo bleibt mein Paket? Das ist eine Frechheit, ich warte seit drei Wochen!");
    await page.goto(`${web_url}/console/c/${conversation}`);
    await sees(page.locator(".side").getByText("Order status"));
    await sees(page.locator(".side").getByText("Angry"));
    await sees(page.locator(".side").getByText("German", { exact: false }));
    await sees(page.locator("header .who").getByText("Angry"));
    await look(page, "understood");
  });
  await step("it all fits a phone", async () => {
    await page.setViewportSize({ width: 390, height: 780 });
    await page.goto(`${web_url}/console/settings/intents`);
    await sees(page.getByText("Where is my order? ·"));
    await look(page, "intents-phone");
  });
  assert.deepEqual(troubles, [], "the pages have no errors of their own");
}

await inBrowser(tell);
