/** Every page of the console, by the rules of accessibility, light, dark and small: WEB_URL, EMAIL, PASSWORD. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { launch, sees } from "./browser.js";
import { given } from "./given.js";
import { Member } from "./people.js";

/** @import { Page } from "playwright-core" */

const web_url = given("WEB_URL");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PAGES = [
  "/console/inbox/all", "/console/inbox/queue", "/console/inbox/closed", "/console/search?q=order", "/console/search", "/console/start", "/console/team", "/console/articles", "/console/articles/new", "/console/no-such-page",
  ...["profile", "organization", "members", "teams", "channels", "hours", "canned", "types", "intents", "bots", "tokens", "audit"].map((name) => `/console/settings/${name}`),
];
const DOORS = ["/login", "/signup", "/invite#token=none", "/reset", "/reset#token=none"];
/** @type {string[]} */
const found = [];

const DESK = { width: 1360, height: 900 };
const PHONE = { width: 320, height: 640 };
// Structure and names are the same in both themes; contrast is the same on every screen.
const LIGHT = "{}";
const DARK = "{ runOnly: ['color-contrast'] }";
const SMALL = "{ rules: { 'color-contrast': { enabled: false } } }";

/**
 * @param {Page} page
 * @param {string} told
 * @param {string} options
 */
async function check(page, told, options) {
  // What fades in is judged when it is there.
  await page.evaluate(() => Promise.all(document.getAnimations().filter((each) => each.effect?.getTiming().iterations !== Infinity).map((each) => each.finished.catch(() => undefined))));
  if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(AXE);
  /** @type {{ violations: { id: string, nodes: { target: string[], failureSummary: string }[] }[] }} */
  const { violations } = await page.evaluate(`axe.run(document, { resultTypes: ['violations'], iframes: false, ...${options} })`);
  for (const { id, nodes } of violations) {
    for (const node of nodes.slice(0, 3)) found.push(`${told}: ${id} at ${node.target.join(" ")}: ${node.failureSummary.replace(/\s+/g, " ").slice(0, 300)}`);
  }
}

/**
 * The same page light, dark and small.
 * @param {Page} page
 * @param {string} told
 */
async function checkAll(page, told) {
  await check(page, told, LIGHT);
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await check(page, `${told}, dark`, DARK);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.setViewportSize(PHONE);
  await check(page, `${told}, small`, SMALL);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) found.push(`${told}: ${wide} px too wide for a phone`);
  await page.setViewportSize(DESK);
}

/** @param {Page} page @param {string} path */
async function visit(page, path) {
  await page.goto(web_url + path);
  await sees(page.locator("h1").first());
  await page.locator("[aria-busy=true], .skeletons, .loading").first().waitFor({ state: "detached" }).catch(() => undefined);
}

/** @param {Page} page @param {readonly (readonly [string, string])[]} windows */
async function checkWindows(page, windows) {
  await page.locator(".messages").focus();
  for (const [key, name] of windows) {
    await page.keyboard.press(key);
    await sees(page.getByRole("dialog", { name }));
    await checkAll(page, name);
    await page.keyboard.press("Escape");
  }
}

const browser = await launch();
try {
  const outside = await browser.newPage({ viewport: DESK, reducedMotion: "reduce" });
  for (const path of DOORS) {
    await visit(outside, path);
    await checkAll(outside, path);
  }
  for (const scheme of /** @type {const} */ (["dark", "light"])) {
    await outside.emulateMedia({ colorScheme: scheme });
    await outside.goto(`${web_url}/api/docs`);
    const ground = await outside.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const is_dark = (await outside.locator("html.dark-mode").count()) === 1 && ground !== "rgb(255, 255, 255)";
    if (is_dark !== (scheme === "dark")) found.push(`the API's page is not ${scheme}`);
  }
  const context = await browser.newContext({ viewport: DESK, reducedMotion: "reduce" });
  const { page } = await Member.at(context, web_url, { email: given("EMAIL"), password: given("PASSWORD") }, found);
  for (const path of PAGES) {
    await visit(page, path);
    await checkAll(page, path);
  }
  await visit(page, "/console/settings/hours");
  await page.getByLabel("Hours", { exact: true }).selectOption("By these hours");
  await page.getByRole("button", { name: "Add a date" }).click();
  await page.getByRole("button", { name: /^Add times for \d/ }).click();
  await checkAll(page, "a plan of hours");
  await visit(page, "/console/settings/members");
  await page.getByRole("button", { name: /^Skills of/ }).first().click();
  await page.getByRole("button", { name: "Add a skill" }).click();
  await checkAll(page, "what somebody can do");
  await visit(page, "/console/settings/channels");
  await page.locator(".rows a").first().click();
  await sees(page.locator(".looks"));
  await checkAll(page, "one channel");
  await visit(page, "/console/inbox/all");
  await page.locator("[data-conversation]").first().click();
  await sees(page.locator(".thread .bubble").first());
  await checkAll(page, "a conversation");
  await page.getByRole("button", { name: "Note", exact: true }).click();
  await checkAll(page, "a note");
  await page.getByRole("textbox", { name: "Your note for the team" }).fill("Mine to change");
  await page.keyboard.press("Enter");
  const more = page.locator(".group", { hasText: "Mine to change" }).getByRole("button", { name: "Change your note" });
  await more.focus();
  await page.keyboard.press("Enter");
  await sees(page.getByRole("menuitem", { name: "Delete" }));
  await checkAll(page, "the menu of a note");
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await sees(page.getByRole("dialog", { name: "Delete this note?" }));
  await checkAll(page, "the deletion of a note");
  await page.keyboard.press("Escape");
  await page.getByRole("textbox", { name: "Your note for the team" }).focus();
  await page.keyboard.press("ArrowUp");
  await sees(page.getByText("Editing your note"));
  await checkAll(page, "the edit of a note");
  await page.keyboard.press("Escape");
  await checkWindows(page, [["?", "Keyboard shortcuts"], ["Control+k", "Search and commands"], ["a", "Assign to"], ["t", "Tags"], ["p", "Priority"]]);
} finally {
  await browser.close();
}
for (const each of found) console.error(each);
process.exitCode = found.length === 0 ? 0 : 1;
