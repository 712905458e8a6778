/** Every page of the console, by the rules of accessibility, light and dark, on a desk and a phone: WEB_URL, EMAIL, PASSWORD. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { launch, sees } from "./browser.js";
import { given } from "./given.js";
import { Member } from "./people.js";

/** @import { Page } from "playwright-core" */

const web_url = given("WEB_URL");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PAGES = [
  "/console/inbox/all", "/console/inbox/closed", "/console/search?q=order", "/console/search", "/console/start", "/console/no-such-page",
  ...["profile", "organization", "members", "teams", "channels", "canned", "bots", "tokens", "audit"].map((name) => `/console/settings/${name}`),
];
const DOORS = ["/login", "/signup", "/invite#token=none", "/reset", "/reset#token=none"];
/** @type {string[]} */
const found = [];

/**
 * @param {Page} page
 * @param {string} told
 */
async function check(page, told) {
  // What fades in is judged when it is there.
  await page.evaluate(() => Promise.all(document.getAnimations().filter((each) => each.effect?.getTiming().iterations !== Infinity).map((each) => each.finished.catch(() => undefined))));
  if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(AXE);
  /** @type {{ violations: { id: string, nodes: { target: string[], failureSummary: string }[] }[] }} */
  const { violations } = await page.evaluate("axe.run(document, { resultTypes: ['violations'], iframes: false })");
  for (const { id, nodes } of violations) {
    for (const node of nodes.slice(0, 3)) found.push(`${told}: ${id} at ${node.target.join(" ")}: ${node.failureSummary.replace(/\s+/g, " ").slice(0, 300)}`);
  }
}

/** @param {Page} page @param {string} path */
async function visit(page, path) {
  await page.goto(web_url + path);
  await sees(page.locator("h1").first());
  await page.locator("[aria-busy=true], .skeletons, .loading").first().waitFor({ state: "detached" }).catch(() => undefined);
}

const browser = await launch();
try {
  for (const { scheme, viewport, is_phone } of /** @type {const} */ ([
    { scheme: "light", viewport: { width: 1360, height: 900 }, is_phone: false },
    { scheme: "dark", viewport: { width: 1360, height: 900 }, is_phone: false },
    { scheme: "light", viewport: { width: 320, height: 640 }, is_phone: true },
  ])) {
    const told = `${scheme}${is_phone ? " phone" : ""}`;
    const outside = await browser.newPage({ colorScheme: scheme, viewport });
    for (const path of DOORS) {
      await visit(outside, path);
      await check(outside, `${told} ${path}`);
    }
    await outside.close();
    const context = await browser.newContext({ colorScheme: scheme, viewport, reducedMotion: "reduce" });
    const { page } = await Member.at(context, web_url, { email: given("EMAIL"), password: given("PASSWORD") }, found);
    for (const path of PAGES) {
      await visit(page, path);
      await check(page, `${told} ${path}`);
      // At 320 pixels nothing is cut off or pushes the page sideways.
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) found.push(`${told} ${path}: ${wide} px too wide`);
    }
    await visit(page, "/console/settings/channels");
    await page.locator(".rows a").first().click();
    await sees(page.locator(".looks"));
    await check(page, `${told} one channel`);
    await visit(page, "/console/inbox/all");
    await page.locator("[data-conversation]").first().click();
    await sees(page.locator(".thread .bubble").first());
    await check(page, `${told} a conversation`);
    await page.getByRole("button", { name: "Note", exact: true }).click();
    await check(page, `${told} a note`);
    if (is_phone) await page.getByRole("button", { name: "Side panel" }).click();
    await check(page, `${told} the side panel`);
    if (is_phone) continue;
    await page.locator(".messages").focus();
    for (const [key, name] of [["?", "Keyboard shortcuts"], ["Control+k", "Search and commands"], ["a", "Assign to"], ["t", "Tags"], ["p", "Priority"]]) {
      await page.keyboard.press(key ?? "");
      await sees(page.getByRole("dialog", { name: name ?? "" }));
      await check(page, `${told} ${name}`);
      await page.keyboard.press("Escape");
    }
    await context.close();
  }
} finally {
  await browser.close();
}
for (const each of found) console.error(each);
process.exitCode = found.length === 0 ? 0 : 1;
