/**
 * A bot's page: how it is set up, the chat to try it in, its tools, whom it helps and how it fares. WEB_URL, WIDGET_KEY,
 * LEAD, PASSWORD; the bot Robbie is connected, has two tools and fails on demand, and Ada has used its suggestions.
 */

import assert from "node:assert/strict";
import { Asking } from "./asking.js";
import { inBrowser, misses, sees, soon } from "./browser.js";
import { given, stepper } from "./given.js";
import { look } from "./look.js";
import { Member } from "./people.js";

/** @import { Browser } from "playwright-core" */

const web_url = given("WEB_URL");
const LONG = "Book a collection of what is sent back";
const GONE = "01a206a1-0c97-7a85-968b-819a91e6b5ff";
/** @type {string[]} */
const troubles = [];
const step = stepper();

/** @param {Browser} browser */
async function tell(browser) {
  const inside = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const { page } = await Member.at(inside, web_url, { email: given("LEAD"), password: given("PASSWORD") }, troubles);
  const outside = await Asking.at(await browser.newContext(), web_url, given("WIDGET_KEY"));
  const tools = page.getByRole("list", { name: "Tools" });
  const chat = page.getByRole("region", { name: "Try it" });

  await step("an admin opens the bot from the list", async () => {
    await page.goto(`${web_url}/console/settings/bots`);
    await page.getByRole("link", { name: "Robbie" }).click();
    await sees(page.getByText("It has held no conversation in the last 30 days."));
    await look(page, "bot");
  });

  await step("sees which tools it used, and that one fails", async () => {
    const row = (/** @type {string} */ name) => page.getByRole("row", { name });
    await sees(row("order_status").getByRole("cell", { name: "84 ms" }).first());
    await sees(row("refund").getByRole("cell", { name: "1 (100 %)" }));
    await look(page, "bot-tools");
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
    await page.getByLabel("Asks people in below").fill("0.7");
    await sees(page.getByText("Asks people in below 70 %"));
    await page.getByLabel("Bears a mood down to").fill("-0.8");
    await sees(page.getByText("Bears a mood down to −80 %"));
    const form = page.getByRole("form", { name: "How the bot is set up" });
    await form.getByRole("button", { name: "Save" }).click();
    await sees(form.getByRole("button", { name: "Saved" }));
    await chat.getByLabel("Your question").fill("threshold?");
    await page.keyboard.press("Enter");
    await sees(chat.getByText("You said: threshold? (0.7, Somebody will know.)"));
  });

  await step("switches tools and says which is offered first, which stays", async () => {
    const names = () => tools.locator("strong bdi").allTextContents();
    await soon(async () => assert.deepEqual(await names(), [LONG, "Order status"]));
    await page.getByRole("button", { name: "Offer Order status earlier" }).click();
    await soon(async () => assert.deepEqual(await names(), ["Order status", LONG]));
    await tools.getByRole("switch", { name: LONG }).uncheck();
    await tools.getByRole("button", { name: "Change Order status" }).click();
    const dialog = page.getByRole("dialog");
    await sees(dialog.getByText("In place of the bot’s own words: “What became of an order.”"));
    await dialog.getByLabel("What models are told of it").fill("Where a parcel is, by the number of its order.");
    await look(page, "bot-tool");
    await dialog.getByRole("button", { name: "Save" }).click();
    await sees(tools.getByText("Where a parcel is, by the number of its order."));
    await page.reload();
    await soon(async () => assert.deepEqual(await names(), ["Order status", LONG]));
    await sees(tools.getByRole("switch", { name: "Order status", checked: true }));
    await sees(tools.getByRole("switch", { name: LONG, checked: false }));
    await sees(tools.getByText("Where a parcel is, by the number of its order."));
    await sees(page.getByText("Bears a mood down to −80 %"));
    await tools.scrollIntoViewIfNeeded();
    await look(page, "bot-tools");
  });

  await step("sees what became of its suggestions, and whose they were", async () => {
    const figure = page.getByRole("region", { name: "What became of its suggestions" });
    await sees(figure.getByText("50 % were sent, of 4 suggestions"));
    await sees(figure.getByText("Sent with changes 1 25 %"));
    await sees(figure.getByRole("row", { name: /^Ada .*1 1 1 67 %$/ }));
    await figure.scrollIntoViewIfNeeded();
    await look(page, "bot-copilot");
  });

  await step("and has it help the members of one team", async () => {
    const form = page.getByRole("form", { name: "Whom it helps" });
    await form.getByLabel("Helps").selectOption("The members of a team");
    await form.getByLabel("Which team").selectOption("Parcels");
    await form.getByRole("button", { name: "Save" }).click();
    await sees(form.getByRole("button", { name: "Saved" }));
    await page.reload();
    await sees(form.locator("select", { has: page.locator("option:checked", { hasText: "Parcels" }) }));
  });

  await step("and lets it go first in the widget", async () => {
    await page.goto(`${web_url}/console/settings/channels`);
    await page.getByRole("link", { name: "Shop" }).click();
    await page.getByLabel("Goes first").selectOption("Robbie");
    await sees(page.getByText("Robbie answers first."));
    await page.reload();
    await sees(page.locator("select", { has: page.locator("option:checked", { hasText: "Robbie" }) }));
  });

  await step("and says which bots may answer in it", async () => {
    const bill = page.getByRole("checkbox", { name: "Bill" });
    await sees(page.getByText("All may, also those that come later."));
    await bill.uncheck();
    await sees(page.getByText("Those that come later have to be chosen."));
    await page.reload();
    await sees(page.getByRole("checkbox", { name: "Bill", checked: false }));
    await sees(page.getByRole("checkbox", { name: "Robbie", checked: true, disabled: true }));
    await bill.scrollIntoViewIfNeeded();
    await look(page, "channel-bots");
    await bill.focus();
    await page.keyboard.press("Space");
    await sees(page.getByText("All may, also those that come later."));
  });

  await step("sees what bots hold, live, and takes over from there; a box has the focus, and keys lead there all the same", async () => {
    const nav = page.getByRole("navigation", { name: "Lists and settings" });
    const card = page.locator(".card");
    assert.equal(await page.evaluate("document.activeElement.type"), "checkbox");
    await page.keyboard.press("g");
    await page.keyboard.press("b");
    await sees(page.getByText("No bot is talking"));
    await look(page, "bots-none");
    await outside.ask("Does a fern like the sun?");
    await sees(card.getByText("Robbie", { exact: true }));
    await sees(nav.getByRole("link", { name: "With bots 1" }));
    await look(page, "bots-list");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await sees(page.locator(".thread").getByText("You said: Does a fern like the sun?"));
    await look(page, "bots-open");
    await page.locator("header").getByRole("button", { name: "Take over" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take over" }).click();
    await misses(card);
    await sees(nav.getByRole("link", { name: "With bots", exact: true }));
    await page.reload();
    await sees(nav.getByRole("link", { name: "Mine 1" }));
  });

  await step("what fails rests, which its page shows at once", async () => {
    await page.goto(`${web_url}/console/settings/bots`);
    await page.getByRole("link", { name: "Robbie" }).click();
    const standing = page.getByRole("region", { name: "How it fares" });
    await sees(standing.getByText("Connected and well."));
    await sees(standing.getByRole("link", { name: "Shop" }));
    await page.getByLabel("Description", { exact: true }).fill("typed while it fails");
    for (let nth = 0; nth < 3; nth++) await outside.ask("fail, please");
    await sees(standing.getByText(/Rests until .*, as it failed\./));
    await sees(standing.getByText("3 of 3 answers"));
    await sees(standing.getByText("the bot could not answer"));
    assert.equal(await page.getByLabel("Description", { exact: true }).inputValue(), "typed while it fails");
    await look(page, "bot-rests");
  });

  await step("what no undo brings back is asked about", async () => {
    for (const [name, keeps] of /** @type {const} */ ([["New token", "Keep the old one"], ["Remove", "Keep it"]])) {
      await page.getByRole("button", { name, exact: true }).click();
      await look(page, `bot-asked-${name.at(-1)}`);
      await page.getByRole("dialog").getByRole("button", { name: keeps }).click();
      await misses(page.getByRole("dialog"));
    }
    await sees(page.getByRole("region", { name: "How it fares" }).getByText(/Rests until/));
  });

  await step("it all fits a phone", async () => {
    await page.setViewportSize({ width: 390, height: 780 });
    await page.reload();
    await sees(tools.getByText("Order status"));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `the page is ${wide} wide`);
    for (const [name, part] of /** @type {const} */ ([["standing", page.getByRole("region", { name: "How it fares" })], ["tools", tools], ["copilot", page.getByRole("region", { name: "What became of its suggestions" })]])) {
      await part.scrollIntoViewIfNeeded();
      await look(page, `bot-phone-${name}`);
    }
    await misses(page.getByText("could not be loaded"));
  });

  await step("what is not there leads back", async () => {
    await page.goto(`${web_url}/console/settings/bots/${GONE}`);
    await sees(page.getByRole("heading", { level: 1, name: "It is not here" }));
    await look(page, "bot-gone");
    await page.getByRole("link", { name: "All bots" }).click();
    await sees(page.getByRole("link", { name: "Robbie" }));
  });

  await step("a program's key is ended by who means it", async () => {
    await page.goto(`${web_url}/console/settings/tokens`);
    await page.getByRole("button", { name: "New token" }).click();
    await page.getByLabel("Name").fill("Reports");
    await page.getByRole("button", { name: "Make the token" }).click();
    await page.getByRole("button", { name: "I have kept it" }).click();
    const row = page.getByRole("listitem").filter({ hasText: "Reports" });
    const asked = page.getByRole("dialog", { name: "Revoke this token?" });
    await row.getByRole("button", { name: "Revoke" }).click();
    await look(page, "token-asked");
    await asked.getByRole("button", { name: "Keep it" }).click();
    await misses(asked);
    await sees(row);
    await row.getByRole("button", { name: "Revoke" }).click();
    await asked.getByRole("button", { name: "Revoke it" }).click();
    await misses(row);
  });

  const own = troubles.filter((each) => !each.includes(GONE));
  if (own.length > 0) throw new Error(own.join("\n"));
}

await inBrowser(tell);
