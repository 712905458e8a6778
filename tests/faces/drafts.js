/** A bot's drafts in the console. WEB_URL, WIDGET_KEY, EMAIL, ADMIN, PASSWORD, BOT_ID; the bot is the test's. */

import assert from "node:assert/strict";
import { inBrowser, misses, sees, watchErrors } from "./browser.js";
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
  const outside = await browser.newContext({ viewport: { width: 380, height: 640 } });
  const visitor = await outside.newPage();
  watchErrors(visitor, "visitor", troubles);
  await visitor.goto(`${web_url}/widget/panel?key=${given("WIDGET_KEY")}`);
  const field = visitor.getByRole("textbox", { name: "Your message" });
  const say = async (/** @type {string} */ text) => {
    await field.fill(text);
    await field.press("Enter");
  };
  const line = (/** @type {string} */ text) => visitor.locator(".bubble", { hasText: text });
  await sees(field);

  const inside = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const ada = await Member.at(inside, web_url, { email: given("EMAIL"), password: given("PASSWORD") }, troubles);
  const { page } = ada;
  const box = page.getByRole("region", { name: "Robbie wants to say something" });
  await step("the list says that something waits, and the conversation what", async () => {
    await say("returns");
    await sees(page.getByTitle("A bot's words wait for approval"));
    await ada.cards.first().click();
    await sees(box.getByText("About returns: for ever."));
    await look(page, "draft");
    assert.equal(await line("for ever").count(), 0, "the visitor reads nothing of it");
  });
  await step("a key approves it", async () => {
    await page.locator("body").press("v");
    await sees(line("About returns: for ever."));
    await misses(box);
    await misses(page.getByTitle("A bot's words wait for approval"));
  });
  await step("it is changed before it is said", async () => {
    await say("pots");
    await sees(box.getByText("About pots: for ever."));
    await page.locator("body").press("w");
    const text = box.getByRole("textbox", { name: "The text to send" });
    await text.fill("About pots: 30 days.");
    await look(page, "changing");
    await text.press("Enter");
    await sees(line("About pots: 30 days."));
  });
  await step("it is rejected, and the bot says something else", async () => {
    await say("ferns");
    await sees(box.getByText("About ferns: for ever."));
    await box.getByRole("button", { name: "Reject" }).click();
    const why = box.getByRole("textbox", { name: "Why not" });
    await why.fill("14 days");
    await box.getByRole("button", { name: "Reject" }).click();
    await sees(box.getByText("For 14 days."));
    await box.getByRole("button", { name: "Approve" }).click();
    await sees(line("For 14 days."));
    assert.equal(await line("ferns: for ever").count(), 0, "what was rejected is never read");
  });
  await step("what was decided stands beside the conversation", async () => {
    const together = page.locator(".together");
    await sees(together.getByText("rejected"));
    await together.getByText("changed").click();
    await sees(together.locator("details[open]").getByText("Ada Agent"));
    await look(page, "together");
  });
  await step("a long one leaves room to read, on a phone as well", async () => {
    await say("Plants ".repeat(120));
    await sees(box);
    await look(page, "long");
    await page.setViewportSize({ width: 390, height: 780 });
    await page.getByRole("button", { name: "Fold the panel" }).click();
    await look(page, "phone");
    assert.equal(await box.locator("kbd:visible").count(), 0, "nobody has these keys here");
    await box.getByRole("button", { name: "Approve" }).click();
    await misses(box);
  });
  const office = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const alma = await Member.at(office, web_url, { email: given("ADMIN"), password: given("PASSWORD") }, []);
  await alma.page.goto(`${web_url}/console/settings/bots/${given("BOT_ID")}`);
  const kind = alma.page.getByRole("combobox", { name: "Before it answers" });
  const form = alma.page.getByRole("form", { name: "How it works with others" });
  await step("an admin names who decides", async () => {
    await sees(kind);
    assert.equal(await kind.inputValue(), "verification");
    const who = form.getByRole("combobox", { name: "Who decides" });
    await who.selectOption("members");
    assert.equal(await form.getByRole("checkbox", { name: "Vera" }).count(), 0, "a viewer answers nobody");
    await form.getByRole("button", { name: "Save" }).click();
    await sees(form.getByText("name a member at least"));
    await form.getByRole("checkbox", { name: "Ben Agent" }).check();
    await form.scrollIntoViewIfNeeded();
    await look(alma.page, "setting");
    await form.getByRole("button", { name: "Save" }).click();
    await sees(form.getByRole("button", { name: "Saved" }));
    await alma.page.setViewportSize({ width: 390, height: 780 });
    await form.scrollIntoViewIfNeeded();
    await look(alma.page, "setting-phone");
    await alma.page.setViewportSize({ width: 1280, height: 860 });
  });
  await step("whoever is not named reads who is, and no key decides", async () => {
    await say("moss");
    await sees(box.getByText("Ben Agent decides."));
    assert.equal(await box.getByRole("button").count(), 0, "there is nothing to click");
    await look(page, "others-phone");
    await page.setViewportSize({ width: 1280, height: 860 });
    await look(page, "others");
    for (const key of ["v", "w", "x"]) await page.locator("body").press(key);
    assert.equal(await box.getByRole("textbox").count(), 0, "there is nothing to change");
    await page.locator("body").press("Control+k");
    const palette = page.getByRole("combobox", { name: "Search and commands" });
    await palette.fill("take over");
    await sees(page.getByRole("option", { name: /^Take/ }).first());
    await palette.fill("bot would say");
    await misses(page.getByRole("option", { name: /^Take/ }));
    assert.equal(await page.getByRole("option", { name: /^(Approve|Change|Reject)/ }).count(), 0, "nothing of it can be done");
    await palette.press("Escape");
    const ben = await Member.at(await browser.newContext(), web_url, { email: given("BEN"), password: given("PASSWORD") }, troubles);
    await ben.cards.first().click();
    await ben.page.getByRole("region", { name: "Robbie wants to say something" }).getByRole("button", { name: "Approve" }).click();
    await sees(line("About moss: for ever."));
    await misses(box);
    await ben.page.context().close();
  });
  await step("an admin says how the bot works with others", async () => {
    await kind.selectOption("debate");
    await form.getByRole("button", { name: "Save" }).click();
    await sees(form.getByText("name 2 bots at least"));
    await kind.selectOption("alone");
    await form.getByRole("button", { name: "Save" }).click();
    await sees(form.getByRole("button", { name: "Saved" }));
    await office.close();
  });
  // Alone in a tab, the panel is asked for an icon.
  assert.deepEqual(troubles.filter((each) => !each.includes("favicon")), []);
}

await inBrowser(tell);
