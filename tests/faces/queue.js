/** Who waits, in which order, and how a conversation came to somebody. WEB_URL, WIDGET_KEY, EMAIL, PASSWORD. */

import assert from "node:assert/strict";
import { Asking } from "./asking.js";
import { inBrowser, misses, sees, soon } from "./browser.js";
import { Company } from "./company.js";
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

/** @param {Browser} browser */
async function tell(browser) {
  const who = { email: given("EMAIL"), password };
  const company = await Company.at(web_url, web_url, who);
  const team = await company.ask("POST", "/api/teams", { name: "Ferns & Palms", description: "" });
  const outside = await Asking.at(await browser.newContext(), web_url, given("WIDGET_KEY"));
  const inside = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const alma = await Member.at(inside, web_url, who, troubles);
  const { page } = alma;
  const rows = page.locator(".queued");
  const order = async () => (await rows.locator(".preview").allTextContents()).map((text) => text.trim());
  const act = async (/** @type {string} */ id, /** @type {string} */ verb, /** @type {object} */ body) => {
    const { version } = await company.card(id);
    await company.ask("POST", `/api/conversations/${id}/${verb}`, { id: newId(), version, ...body });
  };
  const first = await outside.ask("First in line");
  await outside.ask("Second in line");
  const third = await outside.ask("Third, but urgent");

  await step("the queue numbers who waits in the order in which they are served, live", async () => {
    await page.getByRole("navigation", { name: "Lists and settings" }).getByRole("link", { name: "Queue" }).click();
    await soon(async () => assert.deepEqual(await order(), ["First in line", "Second in line", "Third, but urgent"]));
    await act(third, "prioritize", { priority: 5 });
    await soon(async () => assert.deepEqual(await order(), ["Third, but urgent", "First in line", "Second in line"]));
    await soon(async () => assert.deepEqual(await rows.locator(".place").allTextContents(), ["1", "2", "3"]));
    await act(first, "assign", { team_id: team.id });
    await sees(rows.nth(1).getByText("Ferns & Palms"));
    await look(page, "queue");
    await page.getByRole("combobox", { name: "Whose queue" }).selectOption("Ferns & Palms");
    await soon(async () => assert.deepEqual(await order(), ["First in line"]));
    await page.goto(`${web_url}/console/inbox/queue`);
  });
  await step("somebody who is taken by hand leaves it", async () => {
    await sees(rows.nth(2));
    await rows.nth(2).hover();
    await rows.nth(2).getByRole("button", { name: /^Take / }).click();
    await soon(async () => assert.equal(await rows.count(), 2));
  });
  await step("a queue's rule is set with a sentence to each, refused where it cannot be, and taken back", async () => {
    await page.goto(`${web_url}/console/settings/teams`);
    const queue = page.locator(`[data-queue="${team.id}"]`);
    await sees(queue.getByText("By hand"));
    await queue.getByRole("button", { name: "Change" }).click();
    await page.getByRole("radio", { name: /^Least busy/ }).check();
    const seconds = page.getByRole("spinbutton", { name: /^An offer stands/ });
    await seconds.fill("3");
    await look(page, "queue-rule");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await sees(page.getByRole("dialog").getByText("At least 5."));
    await seconds.fill("45");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await sees(queue.getByText("An offer stands for 45 seconds."));
    await page.getByRole("button", { name: "Undo" }).click();
    await sees(queue.getByText("people take what they like"));
    await look(page, "queues");
  });
  await step("a widget's conversations wait for a team, until that is undone", async () => {
    const { items } = await company.ask("GET", "/api/channels");
    await page.goto(`${web_url}/console/settings/channels/${items[0].id}`);
    const chosen = page.getByRole("combobox", { name: "Team", exact: true });
    await chosen.selectOption("Ferns & Palms");
    await sees(page.getByText("New conversations wait for Ferns & Palms."));
    await page.getByRole("button", { name: "Undo" }).click();
    await sees(page.getByText("New conversations wait without a team."));
    assert.equal(await chosen.inputValue(), "");
  });
  await step("the queue tells who is asked, and the panel how it came here and why", async () => {
    await page.goto(`${web_url}/console/settings/organization`);
    await page.locator('[data-queue="own"]').getByRole("button", { name: "Change" }).click();
    await page.getByRole("radio", { name: /^In turn/ }).check();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await sees(page.locator('[data-queue="own"]').getByText("In turn", { exact: true }));
    await page.goto(`${web_url}/console/inbox/queue`);
    await sees(rows.first().getByText(/^Offered to you, \d+ s$/));
    await look(page, "queue-offered");
    await page.keyboard.press("D");
    await page.keyboard.type("not my plants");
    await page.keyboard.press("Enter");
    await misses(rows.first().getByText("Offered to you"));
    await rows.filter({ hasText: "Third, but urgent" }).locator("a").click();
    await sees(page.getByText(/^Offered to you \(declined: not my plants\)/));
    await page.getByRole("button", { name: "How it came here" }).click();
    const way = page.locator(".way");
    await sees(way.getByText("You declined: not my plants"));
    await sees(way.getByText("Who could take it now"));
    await sees(way.getByText("Alma Admin: declined it"));
    await way.getByText("Why you?").click();
    await sees(way.getByText("carries 1 of"));
    await sees(way.getByText("Ben Agent: not there").first());
    await look(page, "way");
    await page.keyboard.press("i");
    await sees(way.getByText("You took it"));
    await misses(way.getByText("Who could take it now"));
  });
  assert.deepEqual(troubles.filter((each) => !each.includes("status of 422")), [], "the pages have no errors of their own");
}

await inBrowser(tell);
