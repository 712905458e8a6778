/** Handing over at the console: WEB_URL, WIDGET_KEY, EMAIL (who hands over), LEAD (who is asked), OWNER, PASSWORD. */

import assert from "node:assert/strict";
import { Asking } from "./asking.js";
import { inBrowser, misses, sees } from "./browser.js";
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
const LONG = "Wilhelmina Featherstonehaugh-Cholmondeley of Wolfeschlegelsteinhausen";

/** @param {Browser} browser */
async function tell(browser) {
  const owner = await Company.at(web_url, web_url, { email: given("OWNER"), password });
  await owner.ask("POST", "/api/teams", { name: "Ferns & Palms" });
  const { items } = await owner.ask("GET", "/api/members");
  const ben = items.find((/** @type {any} */ each) => each.name === "Ben Agent");
  await owner.ask("PATCH", `/api/members/${ben.id}`, { name: LONG });
  const outside = await Asking.at(await browser.newContext(), web_url, given("WIDGET_KEY"));
  const size = { viewport: { width: 1280, height: 860 } };
  const ada = await Member.at(await browser.newContext(size), web_url, { email: given("EMAIL"), password }, troubles);
  const mats = await Member.at(await browser.newContext(size), web_url, { email: given("LEAD"), password }, troubles);
  const { page } = ada;
  const dialog = page.getByRole("dialog", { name: "Hand over" });
  const taker = (/** @type {string} */ name) => dialog.getByRole("radio", { name: new RegExp(`^${name}`) });
  const id = await outside.ask("The fern arrived broken.");

  await step("a key opens the dialog: who is there, what they carry, teams", async () => {
    await ada.card("The fern arrived broken.").click();
    await ada.button("Take").click();
    await sees(ada.button("Hand over"));
    await page.keyboard.press("h");
    await sees(taker("Mats Manager Online"));
    assert.equal(await page.evaluate("document.activeElement.placeholder"), "A colleague, a team or a bot");
    await sees(taker("Ferns & Palms"));
    await look(page, "transfer");
    await page.setViewportSize({ width: 390, height: 780 });
    await look(page, "transfer-phone");
    await page.setViewportSize(size.viewport);
  });
  await step("who is not there cannot be asked, and can be given it", async () => {
    await taker(LONG).check();
    await sees(dialog.getByText("is not there to be asked"));
    assert.equal(await dialog.getByRole("button", { name: "Ask to take over" }).isDisabled(), true);
    await look(page, "transfer-away");
  });
  await step("a colleague is asked, with a note", async () => {
    await dialog.getByLabel("To whom", { exact: true }).first().fill("mats");
    await taker("Mats Manager").check();
    await dialog.getByLabel("Note").fill("She wants her money back; I said we look into it.");
    await dialog.getByRole("button", { name: "Ask to take over" }).click();
    await sees(page.getByText("Mats Manager is asked. It waits until somebody accepts."));
    await sees(page.locator(".event", { hasText: "You asked Mats Manager to take over the conversation: She wants her money back" }));
    const offer = mats.page.locator(`[data-offer="${id}"]`);
    await sees(offer.getByText("Ada Agent hands it over"));
    await sees(offer.getByText("She wants her money back"));
    await look(mats.page, "handed");
    await mats.page.keyboard.press("y");
    await sees(mats.button("Hand over"));
    await misses(offer);
    await sees(mats.page.locator(".event", { hasText: "Ada Agent asked you to take over the conversation" }));
    await look(mats.page, "handed-thread");
  });
  await step("what was found out stands on the offer, with the last words of both", async () => {
    await mats.write("What is broken?");
    const { version } = (await owner.ask("GET", `/api/conversations/${id}`)).card;
    const { items: now } = await owner.ask("GET", "/api/members");
    const agent_id = now.find((/** @type {any} */ each) => each.name === "Ada Agent").id;
    const state = { order: "1041", refund_wanted: true, plant: "Boston fern ".repeat(9) };
    await owner.ask("POST", `/api/conversations/${id}/hand_off`, { id: newId(), version, agent_id, reason_code: "user_request", state });
    const offer = page.locator(`[data-offer="${id}"]`);
    await sees(offer.getByText("The visitor asked for a person"));
    await sees(offer.getByText("refund wanted"));
    await sees(offer.getByText("What is broken?"));
    await look(page, "facts");
    await page.setViewportSize({ width: 390, height: 780 });
    await look(page, "facts-phone");
    await page.setViewportSize(size.viewport);
    await page.keyboard.press("y");
    await sees(ada.button("Hand over"));
  });
  await step("given at once needs nobody to be asked, and is taken back", async () => {
    await ada.button("Hand over").click();
    await taker("Mats Manager").check();
    await dialog.getByRole("button", { name: "Give at once" }).click();
    await sees(mats.button("Hand over"));
    await page.getByRole("button", { name: "Undo" }).last().click();
    await sees(ada.button("Hand over"));
  });
  await step("a team has it in its queue", async () => {
    await ada.button("Hand over").click();
    await taker("Ferns & Palms").check();
    await dialog.getByRole("button", { name: "Hand over", exact: true }).click();
    await sees(page.locator(".event", { hasText: "You handed the conversation to Ferns & Palms" }));
    await sees(ada.button("Take"));
  });
  assert.deepEqual(troubles, []);
}

await inBrowser(tell);
