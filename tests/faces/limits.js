/** What a member sees and may take, said by an admin and seen at once: WEB_URL, WIDGET_KEY, EMAIL, OWNER, PASSWORD. */

import assert from "node:assert/strict";
import { Asking } from "./asking.js";
import { inBrowser, misses, sees, soon } from "./browser.js";
import { Company } from "./company.js";
import { given, stepper } from "./given.js";
import { look } from "./look.js";
import { newId } from "./pictures/ids.js";
import { Member } from "./people.js";

/** @import { Browser } from "playwright-core" */

const web_url = given("WEB_URL");
const password = given("PASSWORD");
/** @type {string[]} */
const troubles = [];
const step = stepper();

/** @param {Browser} browser */
async function tell(browser) {
  const owner = await Company.at(web_url, web_url, { email: given("OWNER"), password });
  const outside = await Asking.at(await browser.newContext(), web_url, given("WIDGET_KEY"));
  const size = { viewport: { width: 1280, height: 860 } };
  const ada = await Member.at(await browser.newContext(size), web_url, { email: given("EMAIL"), password }, troubles);
  const olga = await Member.at(await browser.newContext(size), web_url, { email: given("OWNER"), password }, troubles);
  const { page } = olga;
  const first = await outside.ask("Which soil for a fern?");
  const second = await outside.ask("Do you have pots?");
  const give = async (/** @type {string} */ id, /** @type {string} */ email) => {
    const { items } = await owner.ask("GET", "/api/members");
    const agent_id = items.find((/** @type {any} */ each) => each.email === email).id;
    const { version } = (await owner.ask("GET", `/api/conversations/${id}`)).card;
    await owner.ask("POST", `/api/conversations/${id}/assign`, { id: newId(), version, agent_id });
  };

  await step("an admin says that somebody sees their own only, and takes nothing", async () => {
    await sees(ada.card("Which soil for a fern?"));
    await page.goto(`${web_url}/console/settings/members`);
    await page.getByRole("button", { name: "Skills of Ada Agent" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Sees the queue").uncheck();
    await dialog.getByLabel("May take any conversation").uncheck();
    await look(page, "limits");
    await page.setViewportSize({ width: 390, height: 780 });
    await look(page, "limits-phone");
    await page.setViewportSize(size.viewport);
    await dialog.getByRole("button", { name: "Save" }).click();
    await misses(dialog);
    await sees(page.getByText("sees their own only"));
  });
  await step("on whose screen nothing else is left, at once", async () => {
    await misses(ada.card("Which soil for a fern?"));
    await misses(ada.page.locator(".nav").getByText("Queue"));
    await ada.page.goto(`${web_url}/console/c/${first}`);
    await sees(ada.page.getByText("This conversation is not there"));
  });
  await step("what is given comes by itself, counted, and goes when a colleague takes it", async () => {
    await ada.page.goto(`${web_url}/console`);
    await give(first, given("EMAIL"));
    await ada.card("Which soil for a fern?").click();
    await sees(ada.line("Which soil for a fern?"));
    assert.equal(await ada.cards.count(), 1);
    await soon(async () => assert.equal(await ada.page.locator(".nav li", { hasText: "All open" }).locator(".count").textContent(), "1"));
    await look(ada.page, "limited");
    await give(first, given("OWNER"));
    await sees(ada.page.getByText("This conversation is not there"));
    await misses(ada.card("Which soil for a fern?"));
    await look(ada.page, "out-of-sight");
  });
  await step("who may see and not take is offered no way to", async () => {
    await ada.page.goto(`${web_url}/console/c/${second}`);
    await sees(ada.page.getByText("This conversation is not there"));
    await page.getByRole("button", { name: "Skills of Ada Agent" }).click();
    await page.getByRole("dialog").getByLabel("Sees the queue").check();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await sees(ada.line("Do you have pots?"));
    await sees(ada.button("Close"));
    assert.equal(await ada.button("Take").count(), 0);
  });
  assert.deepEqual(troubles.filter((each) => !each.includes("404")), []);
}

await inBrowser(tell);
