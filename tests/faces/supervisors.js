/** Supervisors at the console: WEB_URL, WIDGET_KEY, EMAIL (who answers), LEAD, OWNER, PASSWORD. */

import assert from "node:assert/strict";
import { inBrowser, misses, sees } from "./browser.js";
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
const LONG = "Wilhelmina Featherstonehaugh-Cholmondeley of Wolfeschlegelsteinhausen";

/** @param {Browser} browser */
async function tell(browser) {
  const owner = await Company.at(web_url, web_url, { email: given("OWNER"), password });
  const { items } = await owner.ask("GET", "/api/members");
  const answerer = items.find((/** @type {any} */ each) => each.email === given("EMAIL"));
  await owner.ask("PATCH", `/api/members/${answerer.id}`, { name: LONG });
  const outside = await (await browser.newContext({ viewport: { width: 390, height: 640 } })).newPage();
  await outside.goto(`${web_url}/widget/panel?key=${given("WIDGET_KEY")}`);
  const size = { viewport: { width: 1280, height: 860 } };
  const ada = await Member.at(await browser.newContext(size), web_url, { email: given("EMAIL"), password }, troubles);
  const mats = await Member.at(await browser.newContext(size), web_url, { email: given("LEAD"), password }, troubles);
  const { page } = mats;
  const question = "My fern has brown leaves.";

  await step("a visitor is answered, and a lead looks on", async () => {
    const field = outside.getByRole("textbox", { name: "Your message" });
    await field.fill(question);
    await field.press("Enter");
    await ada.card(question).click();
    await ada.button("Take").click();
    await sees(ada.button("Give back"));
    await mats.card(question).click();
    await sees(page.locator(".side").getByRole("button", { name: "Join", exact: true }));
    await look(page, "looking-on");
    await page.keyboard.press("."); // The panel makes room for what the head can do.
    await sees(page.getByText("has this conversation."));
    await sees(mats.button("Take over"));
  });
  await step("who looks on whispers: the team alone sees it", async () => {
    await page.getByRole("button", { name: "Whisper in a note" }).click();
    await sees(page.getByText("Only your team sees this"));
    await look(page, "whisper");
    await mats.note("Ask her for a picture");
    await sees(ada.line("Ask her for a picture"));
    assert.equal(await outside.getByText("Ask her for a picture").count(), 0);
  });
  await step("who joins is seen by all, and the holder stays", async () => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("m");
    await sees(outside.getByText("Mats Manager joined"));
    await sees(ada.page.locator(".beside"));
    await sees(ada.button("Give back"));
    await sees(page.getByText("and you take part."));
    await sees(page.locator(".event", { hasText: "You joined" }));
    await look(page, "joined");
    await look(outside, "joined-widget");
    await page.setViewportSize({ width: 390, height: 780 });
    await look(page, "joined-phone");
    await page.setViewportSize(size.viewport);
  });
  await step("leaving is told as well, and taken back by a key", async () => {
    await mats.button("Leave").click();
    await sees(outside.getByText("Mats Manager left"));
    await page.keyboard.press("z");
    await sees(mats.button("Leave"));
  });
  await step("who takes over is asked first, and can let it be", async () => {
    await mats.button("Take over").click();
    const asked = page.getByRole("dialog", { name: `Take over from ${LONG}?` });
    await sees(asked);
    await look(page, "overtaking");
    await page.setViewportSize({ width: 390, height: 780 });
    await look(page, "overtaking-phone");
    await page.setViewportSize(size.viewport);
    await asked.getByRole("button", { name: "Leave it there" }).click();
    await misses(asked);
    await sees(ada.button("Give back"));
  });
  await step("who has taken over holds it, and can give it back to whom it was", async () => {
    await page.keyboard.press("i");
    await page.getByRole("dialog").getByRole("button", { name: "Take over" }).click();
    await sees(mats.button("Give back"));
    await sees(ada.page.getByText("Mats Manager has this conversation."));
    await misses(page.locator(".beside"));
    await page.getByRole("button", { name: "Undo" }).last().click();
    await sees(ada.button("Give back"));
  });
  assert.deepEqual(troubles, []);
}

await inBrowser(tell);
