/** What is offered to a member: the card, its answers, and its end. WEB_URL, WIDGET_KEY, EMAIL, LEAD, PASSWORD. */

import assert from "node:assert/strict";
import { Asking } from "./asking.js";
import { inBrowser, misses, sees, until } from "./browser.js";
import { Company } from "./company.js";
import { listen } from "./ears.js";
import { given, stepper } from "./given.js";
import { look } from "./look.js";
import { Member } from "./people.js";
import { newId } from "./pictures/ids.js";

/** @import { Browser } from "playwright-core" */

const web_url = given("WEB_URL");
const password = given("PASSWORD");
/** @type {string[]} */
const troubles = [];
const step = stepper();
// Visitors without a name are told apart by four digits, which are others each time.
const SHOWN = "shown.map((each) => `${each.title.replace(/ [0-9A-F]{4}$/, '')}: ${each.body}`)";

/** @param {Browser} browser */
async function tell(browser) {
  const lead = await Company.at(web_url, web_url, { email: given("LEAD"), password });
  const rule = (/** @type {object} */ body) => lead.ask("PUT", "/api/routing/queue", body);
  const outside = await Asking.at(await browser.newContext(), web_url, given("WIDGET_KEY"));
  const inside = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  await inside.grantPermissions(["notifications"], { origin: new URL(web_url).origin });
  await inside.addInitScript(listen);
  const ada = await Member.at(inside, web_url, { email: given("EMAIL"), password }, troubles);
  const { page } = ada;
  const offers = page.getByRole("region", { name: "Offered to you" });
  const offer = (/** @type {string} */ id) => offers.locator(`[data-offer="${id}"]`);
  const field = page.getByRole("textbox", { name: "Your reply" });
  await rule({ strategy: "least_busy", offer_seconds: 60 });
  let first = "";
  let second = "";
  let third = "";

  await step("wherever one is, an offer shows who asks for what, and is heard", async () => {
    await page.goto(`${web_url}/console/settings/profile`);
    await sees(page.getByRole("heading", { name: "Your profile" }));
    first = await outside.ask("Does the fern like the shade?");
    await sees(offer(first).getByText("Does the fern like the shade?"));
    await sees(offer(first).getByText("Shop"));
    await until("the title says it", () => page.title(), (now) => now.includes("Offered: Visitor"));
    await until("its own tones", () => page.evaluate("pitches"), (now) => JSON.stringify(now) === "[523,659,784]");
    await look(page, "offer");
  });
  await step("a key accepts it: the conversation is open, and one can write", async () => {
    await page.keyboard.press("y");
    await sees(ada.line("Does the fern like the shade?"));
    await misses(offer(first));
    await until("the composer has the focus", () => field.evaluate((element) => element === document.activeElement), Boolean);
    await page.keyboard.type("It loves ");
  });
  await step("the next one takes no focus, and stands there after a reload, too", async () => {
    second = await outside.ask("My order has not come.");
    await sees(offer(second));
    await page.keyboard.type("the shade.");
    assert.equal(await field.inputValue(), "It loves the shade.");
    third = await outside.ask("Do you deliver to islands?");
    await sees(offer(third));
    await look(page, "offers");
    await page.setViewportSize({ width: 390, height: 780 });
    await look(page, "offers-phone");
    await page.setViewportSize({ width: 1280, height: 860 });
    await field.focus();
    await page.evaluate(async () => {
      const { agent_id } = await (await fetch("/api/me")).json();
      localStorage.setItem(`frontdesk:alerts:${agent_id}`, '{"has_desktop":true}');
    });
    await page.reload();
    await sees(offer(second).getByText("My order has not come."));
    await sees(offer(third));
  });
  await step("who declines may say why, and it is gone", async () => {
    await page.keyboard.press("D");
    await page.keyboard.type("at lunch");
    await look(page, "offer-reason");
    await page.keyboard.press("Enter");
    await misses(offer(second));
    const { assignments } = await lead.ask("GET", `/api/conversations/${second}/assignments`);
    assert.equal(assignments[0].state, "declined");
  });
  await step("where somebody else takes it, the card goes and says who", async () => {
    await sees(offer(third));
    const { version } = await lead.card(third);
    await lead.ask("POST", `/api/conversations/${third}/take`, { id: newId(), version });
    await sees(page.getByText("Mats Manager took the conversation with Visitor"));
    await misses(offer(third));
  });
  await step("without a connection it stands there again when one is back; unanswered it goes, and says so", async () => {
    await rule({ strategy: "least_busy", offer_seconds: 5 });
    await page.evaluate("is_looking = false; dispatchEvent(new Event('blur'))");
    await inside.setOffline(true);
    const fourth = await outside.ask("Are you there?");
    await inside.setOffline(false);
    await sees(offer(fourth));
    await until("whoever looks elsewhere is told", () => page.evaluate(SHOWN), (now) => now.includes("Offered to you: Visitor: Are you there?"));
    await sees(page.getByText(/^The offer of Visitor .* ran out\.$/));
  });
  assert.deepEqual(troubles, [], "the pages have no errors of their own");
}

await inBrowser(tell);
