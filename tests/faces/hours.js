/** A visitor who comes outside business hours, and stays until somebody is back. WEB_URL, SHOP_URL, EMAIL, PASSWORD. */

import assert from "node:assert/strict";
import { inBrowser, sees, soon } from "./browser.js";
import { Company } from "./company.js";
import { given } from "./given.js";
import { look } from "./look.js";
import { Visitor } from "./people.js";

const [web_url, shop_url] = [given("WEB_URL"), given("SHOP_URL")];
const owner = { email: given("EMAIL"), password: given("PASSWORD") };
/** @type {string[]} */
const troubles = [];

const DAY = 86_400_000;
/** @param {number} days Closed until noon of the day in so many days, by the server's clock. */
function closedFor(days) {
  const at = new Date(Date.now() + days * DAY);
  const weekday = (at.getUTCDay() + 6) % 7;
  const weekly = [0, 1, 2, 3, 4, 5, 6].map((day) => (day === weekday ? [["12:00", "13:00"]] : []));
  return { timezone: "UTC", weekly, holidays: [] };
}
const ALWAYS = { timezone: "UTC", weekly: Array(7).fill([["00:00", "24:00"]]), holidays: [] };

await inBrowser(async (browser) => {
  const company = await Company.at(web_url, shop_url, owner);
  const hours = `/api/channels/${company.channel.id}/hours`;
  const put = (/** @type {unknown} */ plan) => company.ask("PUT", hours, { plan });
  await put(closedFor(3));
  try {
    const context = await browser.newContext({ locale: "en-GB", timezoneId: "Asia/Tokyo" });
    const vera = await Visitor.at(context, shop_url, troubles);
    const opens = new Date(Date.now() + 3 * DAY).setUTCHours(12, 0, 0, 0);
    const named = new Intl.DateTimeFormat("en-GB", { weekday: "long", timeZone: "Asia/Tokyo" }).format(opens);
    await vera.openChat();
    // Noon of another place is evening here.
    await sees(vera.panel.getByText(`We are back on ${named} at 21:00`));
    assert.equal(await vera.panel.locator("header .dot").count(), 0, "nobody is there, whoever has a console open");
    await vera.write("Do you have olive trees?");
    await sees(vera.tick("stored"));
    await vera.panel.getByRole("button", { name: "Leave your e-mail" }).click();
    await vera.panel.getByLabel("Your e-mail").fill("vera@example.com");
    await vera.panel.getByRole("button", { name: "Save" }).click();
    await sees(vera.panel.getByText("We can reach you at vera@example.com"));
    await look(vera.page, "outside-hours");

    // Somebody opens, and closes again for longer, while the panel stays open.
    await put(ALWAYS);
    await soon(async () => assert.equal(await vera.panel.getByText("We are back").count(), 0));
    await put({ ...ALWAYS, weekly: Array(7).fill([]) });
    await sees(vera.panel.getByText(company.channel.appearance.away_text || "We are away and answer when we are back"));
    const monday = new Date(Date.now() + 12 * DAY).toISOString().slice(0, 10);
    const holidays = [{ date: monday, name: "Open day", spans: [["12:00", "13:00"]] }];
    await put({ ...ALWAYS, weekly: Array(7).fill([]), holidays });
    await sees(vera.panel.getByText(/We are back on \w+day,? \d+ \w+ at 21:00/));
  } finally {
    await put(null);
  }
});
assert.deepEqual(troubles, [], "the pages have no errors of their own");
