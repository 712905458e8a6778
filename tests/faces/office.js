/** A lead sets hours and says what colleagues can do. WEB_URL, SHOP_URL, EMAIL, PASSWORD. */

import assert from "node:assert/strict";
import { inBrowser, sees, soon } from "./browser.js";
import { Company } from "./company.js";
import { given, stepper } from "./given.js";
import { Member } from "./people.js";

const [web_url, shop_url] = [given("WEB_URL"), given("SHOP_URL")];
const owner = { email: given("EMAIL"), password: given("PASSWORD") };
const PICTURES = process.env["PICTURES"];
/** @type {string[]} */
const troubles = [];
const step = stepper();

await inBrowser(async (browser) => {
  const company = await Company.at(web_url, shop_url, owner);
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 1000 }, reducedMotion: "reduce" });
  const { page } = await Member.at(context, web_url, owner, troubles);
  const picture = async (/** @type {string} */ name) => {
    if (PICTURES === undefined) return;
    for (const scheme of /** @type {const} */ (["light", "dark"])) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.screenshot({ path: `${PICTURES}/${name}-${scheme}.png` });
    }
    await page.setViewportSize({ width: 390, height: 844 });
    await page.screenshot({ path: `${PICTURES}/${name}-phone.png` });
    await page.setViewportSize({ width: 1280, height: 1000 });
  };
  const save = page.getByRole("button", { name: "Save the hours" });
  const field = (/** @type {string} */ name) => page.getByLabel(name, { exact: true });
  const chosen = (/** @type {string} */ told) =>
    soon(async () => assert.ok((await field("Hours").locator("option:checked").textContent())?.startsWith(told)));
  const hours = (/** @type {string} */ whose) => company.ask("GET", `/api/${whose}/hours`);

  try {
    await step("the organization's week is set, day by day and all at once, with nights and holidays", async () => {
      await page.goto(`${web_url}/console/settings/hours`);
      await chosen("Always open");
      await picture("hours-empty");
      await field("Hours").selectOption("By these hours");
      await field("Time zone").selectOption("Europe/Berlin");
      await field("Monday: from").fill("08:30");
      await field("Monday: to").fill("12:00");
      await page.getByRole("button", { name: "Add times for Monday" }).click();
      await field("Monday, 2: to").fill("00:00");
      await page.getByRole("button", { name: "Copy Monday to all days" }).click();
      await field("Sunday, 1: from").waitFor();
      await page.getByRole("button", { name: "Remove Sunday, 2" }).click();
      await page.getByRole("button", { name: "Remove Sunday" }).click();
      await field("Saturday, 2: from").fill("22:00");
      await field("Saturday, 2: to").fill("06:00");
      await sees(page.getByText("next day"));
      await page.getByRole("button", { name: "Add a date" }).click();
      await field("Date 1").fill("2026-12-25");
      await field("Name of date 1").fill("Christmas");
      await picture("hours");
      await save.click();
      await sees(page.getByRole("button", { name: "Saved" }));
      const { plan } = await hours("organization");
      const day = [["08:30", "12:00"], ["13:00", "24:00"]];
      assert.deepEqual(plan.weekly, [day, day, day, day, day, [["08:30", "12:00"], ["22:00", "06:00"]], []]);
      assert.deepEqual(plan.holidays, [{ date: "2026-12-25", name: "Christmas", spans: [] }]);
      await page.reload();
      await soon(async () => assert.equal(await field("Monday, 2: to").inputValue(), "00:00"));
    });
    await step("what makes no sense is told, and nothing is lost", async () => {
      await field("Tuesday, 2: from").fill("11:00");
      await save.click();
      await sees(page.getByRole("alert").getByText("Tuesday: two times overlap at 11:00."));
      await picture("hours-wrong");
      assert.equal(await field("Tuesday, 2: from").inputValue(), "11:00");
    });
    await step("a channel and a team have hours of their own, or the organization's", async () => {
      await page.goto(`${web_url}/console/settings/channels/${company.channel.id}`);
      await field("Weight of a conversation").fill("0.5");
      await page.locator(".part", { hasText: "Weight of a conversation" }).getByRole("button", { name: "Save" }).click();
      await soon(async () => assert.equal((await company.ask("GET", `/api/channels/${company.channel.id}`)).load_weight, 0.5));
      await page.locator(".frame").getByRole("link", { name: "Business hours" }).click();
      await chosen("The same as the organization");
      await field("Hours").selectOption("By these hours");
      await save.click();
      await sees(page.getByRole("button", { name: "Saved" }));
      assert.deepEqual((await hours(`channels/${company.channel.id}`)).plan.weekly[4], [["09:00", "17:00"]]);
      await field("Hours").selectOption("The same as the organization");
      await save.click();
      await soon(async () => assert.equal((await hours(`channels/${company.channel.id}`)).plan, null));
      await page.goto(`${web_url}/console/settings/teams`);
      await page.getByRole("link", { name: /^Hours of/ }).first().click();
      await chosen("The same as the organization");
    });
    await step("a colleague gets skills, languages and a limit", async () => {
      await page.goto(`${web_url}/console/settings/members`);
      await page.getByRole("button", { name: /^Skills of/ }).nth(1).click();
      const before = await page.getByRole("dialog").getAttribute("aria-label");
      await page.getByRole("button", { name: "Add a skill" }).click();
      await field("Skill 1").fill("Refunds");
      await field("Level of skill 1").selectOption("Specialist");
      await field("Languages").fill("de, pt-br");
      await field("At a time").fill("2.5");
      await picture("abilities");
      await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
      const chips = page.getByRole("list", { name: before ?? "" });
      await soon(async () => assert.deepEqual(await chips.getByRole("listitem").allTextContents(), ["refunds specialist", "de", "pt-BR", "2.5 at a time"]));
      await picture("members");
      await page.getByRole("button", { name: /^Skills of/ }).nth(1).click();
      await field("Languages").fill("Deutsch, English please");
      await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
      await sees(page.getByRole("alert").getByText("Write languages like de, en or pt-BR."));
      await picture("abilities-wrong");
      await page.keyboard.press("Escape");
    });
  } finally {
    for (const whose of ["organization", `channels/${company.channel.id}`]) await company.ask("PUT", `/api/${whose}/hours`, { plan: null });
    await company.ask("PATCH", `/api/channels/${company.channel.id}`, { load_weight: 1 });
  }
});
const unexpected = troubles.filter((each) => !each.includes("status of 422"));
assert.deepEqual(unexpected, [], "the pages have no errors of their own");
