/** What visitors do with the widget, in any language: nothing here is found by its words. */

import { sees } from "../browser.js";
import { must } from "./companies.js";
import { newId } from "./ids.js";

/** @import { FrameLocator, Page } from "playwright-core" */
/** @import { Facts } from "./facts.js" */

const TALK = {
  en: ["Hi! Is the Monstera safe for cats? Ours chews everything.", "Better not that one. Calathea and Pilea are harmless, and cats may even nibble them.", "Then a Pilea it is. How big does it get?", "About 30 cm, and as wide. Turn it every week, else it leans towards the light."],
  de: ["Hallo! Passt die Pilea in den Topf Dune?", "Hallo! Ja, der mittlere ist wie für sie gemacht. Er hat ein Loch und einen Untersetzer.", "Perfekt, dann nehme ich beide.", "Sehr gern! Sie gehen heute noch auf die Reise."],
  ar: ["مرحباً! هل نبتة البيليا آمنة للقطط؟", "أهلاً بك! نعم، إنها آمنة تماماً.", "رائع، شكراً جزيلاً", "على الرحب والسعة! تصلك خلال يومين."],
};

/** @param {Page} page */
function panel(page) {
  return page.frameLocator("iframe").first();
}

/**
 * Opens the chat.
 * @param {Page} page
 */
export async function opened(page) {
  await page.waitForFunction(() => "Frontdesk" in window);
  await page.evaluate(() => /** @type {any} */ (window).Frontdesk.open());
  await sees(panel(page).locator("textarea"));
}

/**
 * Asks something, and waits.
 * @param {Page} page
 */
export async function asked(page) {
  await opened(page);
  await say(panel(page), TALK.en[0] ?? "");
}

/**
 * Asks what the help articles answer, and reads what the bot says.
 * @param {Page} page
 */
export async function helped(page) {
  await opened(page);
  await say(panel(page), "How do I put the chat widget on my website?");
  await sees(panel(page).getByText("Put the chat widget on your website").first());
}

/**
 * Asks twice, and looks at both.
 * @param {Page} page
 */
export async function listed(page) {
  await asked(page);
  const here = panel(page);
  await here.locator("header .icon").first().click();
  await here.locator(".fresh").click();
  await sees(here.locator(".starters"));
  await say(here, "Do you also sell pots without a hole, for people who never water too much and want to put the plant right on the bookshelf?");
  await here.locator("header .icon").first().click();
  await sees(here.locator(".entry").nth(1));
}

/**
 * Waits, and is about to leave an address; the first one is none.
 * @param {Page} page
 */
export async function mailed(page) {
  await asked(page);
  const here = panel(page);
  await here.locator("button.quiet").click();
  await here.locator(".email input").fill("zoe@home");
  await here.locator(".email input").press("Enter");
  await sees(here.locator(".email .failed"));
}

/**
 * Has left an address.
 * @param {Page} page
 */
export async function reachable(page) {
  await mailed(page);
  const here = panel(page);
  await here.locator(".email input").fill("a.rather.long.address.of.zoe@the-house-with-many-plants.example");
  await here.locator(".email input").press("Enter");
  await sees(here.locator(".given"));
}

/**
 * Talks with Jonas, who answers through the API.
 * @param {Page} page
 * @param {Facts} facts
 */
export async function answered(page, facts) {
  const language = await page.evaluate(() => document.documentElement.lang);
  const [first, second, third, fourth] = TALK[/** @type {keyof typeof TALK} */ (language)] ?? TALK.en;
  await opened(page);
  const here = panel(page);
  await say(here, first ?? "");
  const context = await /** @type {import("playwright-core").Browser} */ (page.context().browser()).newContext({ storageState: facts.logins.jonas });
  const jonas = context.request;
  const headers = { origin: facts.web_url };
  try {
    const id = await conversationOf(page, facts);
    await must(jonas.post(`${facts.web_url}/api/conversations/${id}/take`, { data: { id: newId(), version: 1 }, headers }));
    for (const [place, body] of [second, third, fourth].entries()) {
      if (place === 1) await say(here, body ?? "");
      else await must(jonas.post(`${facts.web_url}/api/conversations/${id}/messages`, { data: { id: newId(), body }, headers }));
      await sees(here.getByText(body ?? ""));
    }
  } finally {
    await context.close();
  }
}

/**
 * Loses the network in the middle of a talk, and writes on.
 * @param {Page} page
 * @param {Facts} facts
 */
export async function away(page, facts) {
  await answered(page, facts);
  await page.context().setOffline(true);
  await say(panel(page), "Do you also have one with a pot?");
}

/**
 * @param {FrameLocator} here
 * @param {string} text
 */
async function say(here, text) {
  const field = here.locator("textarea");
  await field.fill(text);
  await field.press("Enter");
  await sees(here.getByText(text));
}

/**
 * The conversation that this page's visitor began: the newest that waits.
 * @param {Page} page
 * @param {Facts} facts
 */
async function conversationOf(page, facts) {
  const frame = page.frames().find((each) => each.url().includes("/widget/panel"));
  if (frame === undefined) throw new Error("the widget has no frame");
  for (let tries = 0; tries < 100; tries++) {
    const kept = await frame.evaluate(() => Object.values(localStorage).join(" "));
    const token = /"token":"([^"]+)"/.exec(kept)?.[1] ?? null;
    if (token !== null) {
      const answer = await page.request.get(`${facts.web_url}/api/widget/conversations`, { headers: { authorization: `Bearer ${token}` } });
      const found = JSON.stringify(await answer.json());
      const id = /"conversation_id":"([0-9a-f-]{36})"/.exec(found)?.[1];
      if (id !== undefined) return id;
    }
    await page.waitForTimeout(100);
  }
  throw new Error("the visitor's conversation did not reach the server");
}
