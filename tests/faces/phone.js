/** The console on a phone: what was done is told where nobody presses, and is put away. WEB_URL, EMAIL, PASSWORD. */

import assert from "node:assert/strict";
import { inBrowser, misses, sees } from "./browser.js";
import { given, stepper } from "./given.js";
import { look } from "./look.js";
import { Member } from "./people.js";

/** @import { Browser, Locator, Page } from "playwright-core" */

const web_url = given("WEB_URL");
/** @type {string[]} */
const troubles = [];
const step = stepper();

/**
 * Whether one lies over the other.
 * @param {Locator} one
 * @param {Locator} other
 */
async function meet(one, other) {
  const [a, b] = [await one.boundingBox(), await other.boundingBox()];
  return a !== null && b !== null && a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/**
 * A finger that goes sideways over something.
 * @param {Page} page
 * @param {Locator} over
 * @param {number} far
 */
async function swipe(page, over, far) {
  const box = await over.boundingBox();
  assert.ok(box);
  const [x, y] = [box.x + 40, box.y + box.height / 2];
  const finger = await page.context().newCDPSession(page);
  await finger.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x, y }] });
  for (let nth = 1; nth <= 8; nth++) await finger.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x: x + (far * nth) / 8, y }] });
  await finger.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

/** @param {Browser} browser */
async function tell(browser) {
  const hand = await browser.newContext({ viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true });
  const jonas = await Member.at(hand, web_url, { email: given("EMAIL"), password: given("PASSWORD") }, troubles);
  const { page } = jonas;
  const toast = page.locator(".toast");

  await step("what was done is told, and what is pressed next stays free", async () => {
    await page.goto(`${web_url}/console/inbox/unassigned`);
    await jonas.cards.first().tap();
    await sees(page.locator(".thread .bubble"));
    await jonas.button("Take").tap();
    await jonas.button("Give back").tap();
    await sees(toast);
    await sees(page.getByRole("textbox", { name: "Your reply" }));
    await look(page, "phone-toast");
    for (const part of [".reply", ".thread header"]) assert.equal(await meet(toast.first(), page.locator(part).first()), false, `it covers ${part}`);
    assert.equal(await page.locator("button kbd:visible").count(), 0, "nobody has these keys here");
  });
  await step("its button puts it away", async () => {
    await toast.getByRole("button", { name: "Dismiss" }).first().tap();
    await misses(toast);
  });
  await step("and so does a finger, if it means it", async () => {
    await jonas.button("Take").tap();
    await jonas.button("Give back").tap();
    await sees(toast);
    await swipe(page, toast.first(), 24);
    await sees(toast);
    await swipe(page, toast.first(), 160);
    await misses(toast);
  });
  assert.deepEqual(troubles, []);
}

await inBrowser(tell);
