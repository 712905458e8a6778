/** Somebody who has never seen Frontdesk: from the sign-up to a colleague who answers a visitor. WEB_URL. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { inBrowser, sees, watchErrors } from "./browser.js";
import { given } from "./given.js";

/** @import { Browser, BrowserContext, Page } from "playwright-core" */

const web_url = given("WEB_URL");
// What a person may need who reads every line; a machine needs some seconds.
const FIVE_MINUTES = 300_000;
const stamp = Date.now().toString(36);
/** @type {string[]} */
const troubles = [];

/** The newcomer's own website: a page of theirs on another origin, with whatever was pasted into it. */
async function website() {
  const page = { pasted: "" };
  const server = createServer((_, answer) => {
    answer.setHeader("content-type", "text/html; charset=utf-8");
    answer.end(`<!doctype html><html lang="en"><title>Bakery</title><h1>Fresh bread</h1>${page.pasted}</html>`);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  assert(address !== null && typeof address === "object");
  return { page, url: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}

/**
 * @param {BrowserContext} context
 * @param {string} who
 * @param {string} url
 */
async function visit(context, who, url) {
  const page = await context.newPage();
  watchErrors(page, who, troubles);
  await page.goto(url);
  return page;
}

/**
 * @param {Page} page
 * @param {Record<string, string>} fields
 */
async function fill(page, fields) {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
}

/** @param {Browser} browser */
async function tell(browser) {
  const begun = performance.now();
  const site = await website();
  const owner = await visit(await browser.newContext(), "owner", web_url);

  // Sign up, from the page that anybody finds first.
  await owner.getByRole("link", { name: "Sign up" }).click();
  const own_name = "Nora Newcomer";
  await fill(owner, { "Your company": `Bakery ${stamp}`, "Your name": own_name, "E-mail": `nora-${stamp}@example.com`, Password: "bread and butter" });
  await owner.getByRole("button", { name: "Sign up" }).click();
  await sees(owner.getByRole("heading", { name: "Welcome, Nora" }));
  console.log("signed up");

  // Make the widget, and paste what it gives into the website.
  await owner.getByRole("button", { name: "Make it" }).click();
  await owner.getByLabel("Website", { exact: true }).fill(site.url);
  await owner.getByRole("dialog").getByRole("button", { name: "Make it" }).click();
  const snippet = owner.locator("code", { hasText: "<script" }).first();
  await sees(snippet);
  site.page.pasted = (await snippet.textContent()) ?? "";
  console.log(`pasted ${site.page.pasted}`);

  // Write as a visitor, in another browser, on the website.
  const visitor = await visit(await browser.newContext(), "visitor", site.url);
  await visitor.getByRole("button", { name: /chat/i }).click();
  const panel = visitor.frameLocator("iframe[title=Chat]");
  const field = panel.getByRole("textbox");
  await field.fill("Do you have rye bread today?");
  await field.press("Enter");
  await sees(panel.locator("[data-tick=stored]"));
  console.log("wrote as a visitor");

  // It is in the inbox, which nobody had to be told to look into.
  await owner.goto(`${web_url}/console`);
  await sees(owner.getByText("Do you have rye bread today?"));

  // Invite a colleague by link.
  await owner.goto(`${web_url}/console/settings/members`);
  await owner.getByRole("button", { name: "Invite" }).click();
  await owner.getByRole("dialog").getByRole("button", { name: "Make the invitation" }).click();
  const link = await owner.getByRole("dialog").locator("code").textContent();
  assert(link !== null && link.startsWith("http"));
  const colleague = await visit(await browser.newContext(), "colleague", link);
  await sees(colleague.getByRole("heading", { name: `Join Bakery ${stamp}` }));
  await fill(colleague, { "E-mail": `carl-${stamp}@example.com`, "Your name": "Carl Colleague", "Choose a password": "butter and bread" });
  await colleague.getByRole("button", { name: "Join" }).click();
  console.log("invited a colleague");

  // Who takes it and answers.
  await colleague.getByText("Do you have rye bread today?").first().click();
  await colleague.getByRole("button", { name: "Take", exact: true }).click();
  const reply = colleague.getByRole("textbox", { name: "Your reply" });
  await reply.fill("Two loaves are left.");
  await reply.press("Enter");
  await sees(panel.locator(".bubble", { hasText: "Two loaves are left." }));
  await sees(panel.getByText("Carl").first());
  const took = performance.now() - begun;
  console.log(`a colleague answered after ${(took / 1000).toFixed(1)} s`);
  assert(took < FIVE_MINUTES);

  // The first steps know by themselves what is done.
  await owner.goto(`${web_url}/console/start`);
  await sees(owner.getByRole("heading", { name: "You are all set" }));
  assert.deepEqual(troubles, []);
  site.close();
}

await inBrowser(tell);
