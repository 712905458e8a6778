/** What conversations are about, and what each contact was. WEB_URL, WIDGET_KEY, EMAIL, LEAD, PASSWORD. */

import assert from "node:assert/strict";
import { Asking } from "./asking.js";
import { inBrowser, misses, sees, until } from "./browser.js";
import { Company } from "./company.js";
import { given, stepper } from "./given.js";
import { look } from "./look.js";
import { Member } from "./people.js";

/** @import { Browser } from "playwright-core" */

const web_url = given("WEB_URL");
const password = given("PASSWORD");
/** @type {string[]} */
const troubles = [];
const step = stepper();

/** @param {Browser} browser */
async function tell(browser) {
  const company = await Company.at(web_url, web_url, { email: given("LEAD"), password });
  const outside = await Asking.at(await browser.newContext(), web_url, given("WIDGET_KEY"));
  const inside = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const { page } = await Member.at(inside, web_url, { email: given("LEAD"), password }, troubles);
  const dialog = page.getByRole("dialog");

  await step("a lead names what people come with", async () => {
    await page.goto(`${web_url}/console/settings/types`);
    await sees(page.getByText("No types yet"));
    await look(page, "types-none");
    await page.getByRole("button", { name: "Add the first" }).click();
    await dialog.getByLabel("Name").fill("Où est mon colis?");
    await dialog.getByLabel("Words").fill("parcel, tracking");
    await look(page, "types-new");
    await page.keyboard.press("Enter");
    await sees(page.getByText("ou_est_mon_colis"));
    await sees(page.getByText("said with: parcel, tracking"));
    await page.getByRole("button", { name: "New type" }).click();
    await dialog.getByLabel("Name").fill("A wrong bill");
    await dialog.getByLabel("Category").selectOption("Billing");
    await dialog.getByText("A person has to answer").click();
    await dialog.getByRole("button", { name: "Add" }).click();
    await sees(page.getByText("needs a person"));
    await look(page, "types");
  });
  await step("a code that is there already is told at its field", async () => {
    await page.getByRole("button", { name: "New type" }).click();
    await dialog.getByLabel("Name").fill("A wrong bill");
    await dialog.getByRole("button", { name: "Add" }).click();
    await sees(dialog.getByText("Another interaction type has this code."));
    // The browser itself says so, too.
    assert.match(troubles.pop() ?? "", /409/);
    await page.keyboard.press("Escape");
    await misses(dialog);
  });
  await step("what was removed comes back", async () => {
    await page.getByRole("listitem").filter({ hasText: "A wrong bill" }).getByRole("button", { name: "Remove" }).click();
    await sees(page.getByText("“A wrong bill” was removed."));
    await page.getByRole("button", { name: "Undo" }).click();
    await sees(page.getByRole("listitem").filter({ hasText: "A wrong bill" }));
  });
  let conversation = "";
  await step("a key says what a conversation is about", async () => {
    conversation = await outside.ask("Where is my parcel?");
    await page.goto(`${web_url}/console/c/${conversation}`);
    await sees(page.getByText("Not said yet"));
    await page.keyboard.press("c");
    await page.keyboard.type("tracking");
    await look(page, "types-picker");
    await page.keyboard.press("Enter");
    await sees(page.locator(".side").getByText("Où est mon colis?"));
    await sees(page.getByText("You said what the conversation is about: Où est mon colis?"));
    const { items } = await company.ask("GET", "/api/interaction-types");
    const card = await company.card(conversation);
    assert.equal(card.interaction_type_id, items.find((/** @type {any} */ each) => each.name === "Où est mon colis?").id);
  });
  await step("the contact is counted while it goes on, and told when it is over", async () => {
    const contacts = page.locator(".contacts");
    await sees(contacts.getByText("Live chat, going on"));
    await page.keyboard.press("i");
    await sees(contacts.getByText("Mats Manager"));
    await page.getByRole("textbox", { name: "Your reply" }).fill("It is in the depot.");
    await page.keyboard.press("Enter");
    await page.locator(".side").click();
    await page.keyboard.press("e");
    await until("over and answered", () => contacts.innerText(), (text) => /Live chat\n/.test(text) && !text.includes("going on"));
    await look(page, "contact");
  });
  await step("opened again it is another contact", async () => {
    await page.keyboard.press("o");
    await sees(page.getByText("2 contacts"));
    await look(page, "contacts");
    await page.setViewportSize({ width: 390, height: 780 });
    await page.goto(`${web_url}/console/settings/types`);
    await sees(page.getByText("ou_est_mon_colis"));
    await look(page, "types-phone");
  });
  assert.deepEqual(troubles, [], "the pages have no errors of their own");
}

await inBrowser(tell);
