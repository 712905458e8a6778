/** Who is there, as the team sees it of itself. WEB_URL, EMAIL, OTHER_EMAIL, PASSWORD. */

import assert from "node:assert/strict";
import { inBrowser, sees } from "./browser.js";
import { given, stepper } from "./given.js";
import { Member } from "./people.js";

/** @import { Browser, Page } from "playwright-core" */

const web_url = given("WEB_URL");
const jonas_is = { email: given("EMAIL"), password: given("PASSWORD") };
const maya_is = { email: given("OTHER_EMAIL"), password: given("PASSWORD") };
/** @type {string[]} */
const troubles = [];
const step = stepper();

/** @param {Page} page */
const own = (page) => page.getByRole("button", { name: /^You are / });
/**
 * A colleague's row as it is read out.
 * @param {Page} page
 * @param {RegExp} told
 */
const row = (page, told) => page.getByRole("list", { name: "Team" }).getByRole("link", { name: told });

/** @param {Browser} browser */
async function tell(browser) {
  const [laptop, phone, desk] = await Promise.all([browser.newContext(), browser.newContext(), browser.newContext()]);
  const maya = (await Member.at(desk, web_url, maya_is, troubles)).page;
  const jonas = (await Member.at(laptop, web_url, jonas_is, troubles)).page;

  await step("whoever comes is seen by colleagues who look at the team", async () => {
    await maya.getByRole("link", { name: "Team", exact: true }).click();
    await sees(row(maya, /^Jonas Weber.* Online since now.* carries [\d.]+ \/ [\d.]+/));
    await sees(maya.getByText("(you)"));
  });
  await step("a reason is typed, and Enter is enough", async () => {
    await jonas.keyboard.press("s");
    await sees(jonas.getByRole("combobox", { name: "Say whether you are there" }));
    await jonas.keyboard.type("Dentist");
    await jonas.keyboard.press("Enter");
    await sees(own(jonas).getByText("Away: Dentist"));
    await sees(row(maya, /^Jonas Weber.* Away since now Dentist/));
  });
  await step("a second device changes nothing, and shows the same", async () => {
    const page = (await Member.at(phone, web_url, jonas_is, troubles)).page;
    await sees(own(page).getByText("Away: Dentist"));
    await sees(row(maya, /^Jonas Weber.* Away .*Dentist/));
    await own(page).click();
    await page.getByRole("option", { name: /^Busy Here/ }).click();
    await sees(own(page).getByText("Busy", { exact: true }));
    // Chosen there, shown here.
    await sees(own(jonas).getByText("Busy", { exact: true }));
  });
  await step("the palette knows it, too", async () => {
    await jonas.keyboard.press("Control+k");
    await jonas.keyboard.type("be online");
    await jonas.keyboard.press("Enter");
    await sees(own(jonas).getByText("Online"));
    await sees(row(maya, /^Jonas Weber.* Online /));
  });
  await step("with the last socket gone somebody is offline, whatever they chose", async () => {
    await phone.close();
    await sees(row(maya, /^Jonas Weber.* Online /));
    await laptop.close();
    await sees(row(maya, /^Jonas Weber.* Offline since/));
  });
  await step("a colleague's row leads to what the colleague holds", async () => {
    const { conversations } = await maya.evaluate(async () => {
      const { agents } = await (await fetch("/api/presence")).json();
      return { conversations: agents.find((/** @type {any} */ each) => each.name === "Jonas Weber").conversation_count };
    });
    await row(maya, /^Jonas Weber/).click();
    await sees(maya.getByRole("heading", { name: "Jonas Weber" }));
    await sees(maya.getByLabel(`${conversations} conversations`));
    assert.match(maya.url(), /\/console\/inbox\/agent\/[0-9a-f-]{36}$/);
  });
  assert.deepEqual(troubles, [], "the pages have no errors of their own");
}

await inBrowser(tell);
