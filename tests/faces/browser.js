/** Finds a Chromium and drives it. A missing browser is an error that says what to install, never a skipped test. */

import { AssertionError } from "node:assert/strict";
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

/** @import { Browser, Locator, Page } from "playwright-core" */

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];
// Nothing but loopback: no component updates, no sync, no first-run pages.
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const PATIENCE = 15_000;

/** @returns {Promise<Browser>} */
export async function launch() {
  const executablePath = await findChromium();
  return chromium.launch({ executablePath, args: FLAGS });
}

/**
 * Tells a story in a browser of its own, which is closed however the story ends.
 * @param {(browser: Browser) => Promise<void>} tell
 */
export async function inBrowser(tell) {
  const browser = await launch();
  try {
    await tell(browser);
  } finally {
    await browser.close();
  }
}

/** @returns {Promise<string>} */
async function findChromium() {
  const named = process.env["FRONTDESK_CHROMIUM"];
  const found = [...(named === undefined ? [] : [named]), ...PLACES].find((path) => existsSync(path));
  if (found !== undefined) return found;
  try {
    // Held in a variable, because the package is nobody's dependency and the compiler would look for it.
    const packed = "@sparticuz/chromium";
    return await (await import(packed)).default.executablePath();
  } catch {
    throw new Error(
      "no Chromium found: `apt-get install -y chromium`, or `npm install --no-save @sparticuz/chromium`, " +
        "or name one in FRONTDESK_CHROMIUM",
    );
  }
}

/**
 * Waits until exactly this can be seen, and names it when it cannot.
 * @param {Locator} locator
 */
export async function sees(locator) {
  await locator.first().waitFor({ state: "visible", timeout: PATIENCE });
}

/**
 * Waits until this is gone.
 * @param {Locator} locator
 */
export async function misses(locator) {
  await locator.first().waitFor({ state: "hidden", timeout: PATIENCE });
}

/**
 * Waits until something is so.
 * @template Value
 * @param {string} told
 * @param {() => Promise<Value>} look
 * @param {(value: Value) => boolean} is_so
 */
export async function until(told, look, is_so) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const value = await look();
    if (is_so(value)) return;
    if (Date.now() > end) throw new Error(`${told}; it is ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Waits until this may be asserted: a page shows what it knows a moment after it knows it.
 * @param {() => unknown} claim
 */
export async function soon(claim) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    try {
      await claim();
      return;
    } catch (error) {
      if (!(error instanceof AssertionError) || Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Fails the test when a page has an error of its own; a network that was cut on purpose is none, nor is a thing that is gone.
 * @param {Page} page
 * @param {string} who
 * @param {string[]} troubles
 */
export function watchErrors(page, who, troubles) {
  page.on("pageerror", (error) => troubles.push(`${who}: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    const is_network = /ERR_INTERNET_DISCONNECTED|WebSocket connection|status of 401/.test(message.text());
    if (message.type() === "error" && !is_network) troubles.push(`${who}: ${message.text()} (${message.location().url})`);
  });
}
