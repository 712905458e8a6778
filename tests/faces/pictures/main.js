/**
 * Takes a picture of every screen, in light and dark, on a desk and on a phone, from a fresh demo in a real Chromium.
 *
 *   node tests/faces/pictures/main.js [part of a screen's name …]
 *
 * FOLDER says where to (pictures). WEB_URL and SHOP_URL name a demo that runs already. It fails when a page logs an error.
 */

import { mkdir } from "node:fs/promises";
import { launch, watchErrors } from "../browser.js";
import { startDemo } from "./demo.js";
import { learn } from "./facts.js";
import { SCREENS } from "./screens.js";
import { writeSheet } from "./sheet.js";

/** @import { Browser, BrowserContextOptions, Page } from "playwright-core" */
/** @import { Facts } from "./facts.js" */
/** @import { Screen } from "./screens.js" */

/** @typedef {{ screen: Screen, theme: "light" | "dark", size: "desktop" | "phone", file: string }} Picture */

/** @type {Readonly<Record<Picture["size"], BrowserContextOptions>>} */
const SIZES = {
  desktop: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};
// Two cores take pictures, and serve what is in them.
const AT_ONCE = 2;
// Transitions are over.
const SETTLED = 250;

const wanted = process.argv.slice(2);
const folder = process.env["FOLDER"] ?? "pictures";
const screens = SCREENS.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
/** @type {Picture[]} */
const pictures = screens.flatMap((screen) =>
  /** @type {const} */ (["light", "dark"]).flatMap((theme) =>
    /** @type {const} */ (["desktop", "phone"])
      .filter((size) => screen.sizes?.includes(size) ?? true)
      .map((size) => ({ screen, theme, size, file: `${screen.name}-${theme}-${size}.png` })),
  ),
);
/** @type {string[]} */
const troubles = [];

await mkdir(folder, { recursive: true });
const demo = await startDemo(say);
const browser = await launch();
try {
  const facts = await learn(browser, demo);
  await attend(browser, facts);
  const left = [...pictures];
  await Promise.all(Array.from({ length: AT_ONCE }, () => takeNext(browser, facts, left)));
  await writeSheet(folder, pictures);
} finally {
  await browser.close();
  await demo.stop();
}
say(`${pictures.length} pictures of ${screens.length} screens; look at ${folder}/index.html`);
for (const trouble of troubles) console.error(trouble);
process.exitCode = troubles.length === 0 ? 0 : 1;

/**
 * @param {Browser} browser
 * @param {Facts} facts
 * @param {Picture[]} left
 */
async function takeNext(browser, facts, left) {
  for (let picture = left.shift(); picture !== undefined; picture = left.shift()) {
    try {
      await take(browser, facts, picture);
      say(`${String(pictures.length - left.length).padStart(3)}/${pictures.length} ${picture.file}`);
    } catch (error) {
      troubles.push(`${picture.file}: ${error instanceof Error ? error.message.split("\n").slice(0, 3).join(" ") : error}`);
      say(`    no ${picture.file}`);
    }
  }
}

/**
 * @param {Browser} browser
 * @param {Facts} facts
 * @param {Picture} picture
 */
async function take(browser, facts, { screen, theme, size, file }) {
  const { as, locale = "en-GB" } = screen;
  const storageState = typeof as === "function" ? (await as(facts)).login : as === undefined ? undefined : facts.logins[as];
  const context = await browser.newContext({
    ...SIZES[size], locale, colorScheme: theme, reducedMotion: "reduce", timezoneId: "Europe/Berlin",
    ...(storageState === undefined ? {} : { storageState }),
  });
  context.setDefaultTimeout(8000);
  try {
    const page = await context.newPage();
    /** @type {string[]} */
    const own = [];
    watchErrors(page, file, own);
    await page.goto((screen.on === "shop" ? facts.shop_url : facts.web_url) + (await addressOf(screen, facts)));
    try {
      await settled(page);
      await screen.act?.(page, facts, { theme, size });
      await settled(page);
    } finally {
      // Also of a screen that is not as it should be: the picture tells why.
      await page.screenshot({ path: `${folder}/${file}`, animations: "disabled" });
      troubles.push(...own.filter((each) => !(screen.is_refused && /the server responded with a status of 4/.test(each))));
    }
  } finally {
    await context.close();
  }
}

/**
 * @param {Screen} screen
 * @param {Facts} facts
 */
async function addressOf({ path }, facts) {
  return typeof path === "function" ? path(facts) : path;
}

/**
 * Somebody is at the console, so that the widget does not say that everybody is away.
 * @param {Browser} browser
 * @param {Facts} facts
 */
async function attend(browser, { logins, web_url }) {
  const context = await browser.newContext({ storageState: logins.jonas });
  await (await context.newPage()).goto(web_url);
}

/** @param {Page} page */
async function settled(page) {
  // Not for ever: a page may ask again and again whether something has come.
  await page.waitForLoadState("networkidle", { timeout: 2500 }).catch(() => {});
  // Twice: a page that is loaded late shows nothing at all before it shows that it loads.
  for (let times = 0; times < 2; times++) {
    await page.waitForTimeout(SETTLED);
    for (const frame of page.frames()) await frame.waitForFunction(isDrawn, undefined, { timeout: 5000 }).catch(() => {});
  }
}

/** Whether nothing is being loaded any more, in the page that this runs in. */
function isDrawn() {
  const pictures = [...document.images].filter(({ loading }) => loading !== "lazy");
  return document.querySelector(".skeletons, .loading, [aria-busy=true]") === null && pictures.every(({ complete }) => complete);
}

/** @param {string} text */
function say(text) {
  console.log(text);
}
