/** What is done on a screen of the console before its picture is taken. */

import { sees } from "../browser.js";
import { PASSWORD } from "./demo.js";

/** @import { Page } from "playwright-core" */

/** @param {Page} page */
export async function wrongPassword(page) {
  await page.getByLabel("E-mail").fill("maya@frontdesk.example");
  await page.getByLabel("Password", { exact: true }).fill(`not ${PASSWORD}`);
  await page.getByRole("button", { name: "Log in" }).click();
  await sees(page.getByText(/wrong/));
}

/** @param {Page} page */
export async function noMail(page) {
  await page.getByLabel("E-mail").fill("maya@frontdesk.example");
  await page.getByRole("button", { name: "Send the link" }).click();
  await sees(page.locator(".trouble, .blank").filter({ hasText: /\w/ }));
}

/** @param {Page} page */
export async function openFirst(page) {
  await page.locator("[data-conversation]").first().click();
  await sees(page.locator(".thread .bubble"));
}

/** @param {Page} page */
export async function note(page) {
  await page.getByRole("button", { name: "Note", exact: true }).click();
  await page.locator("textarea").fill("Regular since 2019, was patient last time. Send a voucher with the next parcel.");
}

/** @param {Page} page */
export async function canned(page) {
  const field = page.getByRole("textbox", { name: "Your reply" });
  await field.click();
  await field.pressSequentially("/wa");
}

/**
 * Presses a key where nobody writes.
 * @param {string} key
 * @param {string} [typed]
 */
export const pressed = (key, typed = "") => async (/** @type {Page} */ page) => {
  await sees(page.locator(".card:visible, .messages"));
  if (await page.locator(".messages").count()) await page.locator(".messages").focus();
  await page.keyboard.press(key);
  await sees(page.getByRole("dialog"));
  await page.keyboard.type(typed);
};

/**
 * Clicks the first of these.
 * @param {string} selector
 */
export const clicked = (selector) => async (/** @type {Page} */ page) => {
  await page.locator(selector).first().click();
};

/**
 * Scrolls to something that is not on the screen at first.
 * @param {string} selector
 */
export const scrolled = (selector) => async (/** @type {Page} */ page) => {
  await sees(page.locator(selector));
  await page.locator(selector).first().scrollIntoViewIfNeeded();
};

/** @param {Page} page */
export async function unfolded(page) {
  const line = page.locator(".audit summary", { hasText: "channel" }).first();
  for (let pages = 0; pages < 20 && (await line.count()) === 0; pages++) {
    await page.getByRole("button", { name: "Show older" }).click();
    await page.locator(".loading").waitFor({ state: "detached" });
  }
  await line.click();
  await line.scrollIntoViewIfNeeded();
}

/**
 * Asks a bot beside its settings: what an article answers, and what none does.
 * @param {Page} page
 */
export async function tried(page) {
  for (const [place, question] of ["How do I put the chat widget on my website?", "Do you like the rain in November?"].entries()) {
    await page.getByLabel("Your question").fill(question);
    await page.getByRole("button", { name: "Ask" }).click();
    await sees(page.locator(".answered").nth(place));
  }
}
