/** A bot's page: how it is set up, and the chat to try it in. WEB_URL, LEAD, PASSWORD; the bot Robbie is connected. */

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
  const inside = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const { page } = await Member.at(inside, web_url, { email: given("LEAD"), password: given("PASSWORD") }, troubles);
  const chat = page.getByRole("region", { name: "Try it" });

  await step("an admin opens the bot from the list", async () => {
    await page.goto(`${web_url}/console/settings/bots`);
    await page.getByRole("link", { name: "Robbie" }).click();
    await sees(page.getByText("It has held no conversation in the last 30 days."));
    await look(page, "bot");
  });

  await step("and tries it, with what it was sure of and what it took", async () => {
    await chat.getByLabel("Your question").fill("A fern?");
    await page.keyboard.press("Enter");
    await sees(chat.getByText("You said: A fern?"));
    await sees(chat.getByText("80 % sure"));
    await look(page, "bot-tried");
  });

  await step("changes how it is set up, which the bot has at once", async () => {
    await page.getByLabel("When it cannot help").fill("Somebody will know.");
    await sees(page.getByText("Not saved yet"));
    await page.getByLabel("Words for people").fill("lawyer, refund");
    await page.getByRole("slider").fill("0.7");
    await sees(page.getByText("Asks people in below 70 %"));
    await page.getByRole("button", { name: "Save" }).click();
    await sees(page.getByRole("button", { name: "Saved" }));
    await chat.getByLabel("Your question").fill("threshold?");
    await page.keyboard.press("Enter");
    await sees(chat.getByText("You said: threshold? (0.7, Somebody will know.)"));
  });

  await step("and lets it go first in the widget", async () => {
    await page.goto(`${web_url}/console/settings/channels`);
    await page.getByRole("link", { name: "Shop" }).click();
    await page.getByLabel("Goes first").selectOption("Robbie");
    await sees(page.getByText("Robbie answers first."));
    await page.reload();
    await sees(page.locator("select", { has: page.locator("option:checked", { hasText: "Robbie" }) }));
  });

  if (troubles.length > 0) throw new Error(troubles.join("\n"));
}

await inBrowser(tell);
