/** Looks at a page as people do who see it differently: axe in light and dark, and pictures for whoever wants some. */

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

/** @import { Frame, Page } from "playwright-core" */

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PICTURES = process.env["PICTURES"];

/**
 * Every rule of axe, in both colour schemes; of a page around a launcher only that counts.
 * @param {Page} page
 * @param {string} state
 */
export async function look(page, state) {
  for (const scheme of /** @type {const} */ (["light", "dark"])) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    const panel = page.frames().find((each) => each.url().includes("/widget/panel"));
    const wrong = [...(await check(page.mainFrame(), true)), ...(panel === undefined ? [] : await check(panel, false))];
    if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${state}-${scheme}.png`, animations: "disabled" });
    if (wrong.length > 0) throw new Error(`${state}, ${scheme}: ${JSON.stringify(wrong, null, 1)}`);
  }
}

/**
 * @param {Frame} frame
 * @param {boolean} is_around
 * @returns {Promise<unknown[]>}
 */
async function check(frame, is_around) {
  if (!(await frame.evaluate("'axe' in window"))) await frame.evaluate(AXE);
  return frame.evaluate(async (is_around) => {
    const launcher = [...document.body.children].find((each) => each.shadowRoot !== null);
    const { violations } = await /** @type {any} */ (window).axe.run((is_around && launcher) || document, {
      // Others read their own frame themselves; a panel is no page, and needs neither a heading of its level nor landmarks.
      iframes: false,
      resultTypes: ["violations"],
    });
    return violations.map((/** @type {any} */ each) => ({
      rule: each.id,
      what: each.nodes.map((/** @type {any} */ node) => `${node.html.slice(0, 160)} ${node.failureSummary}`),
    }));
  }, is_around);
}

let failures = 0;

/**
 * A picture of a page on which something was not as it should be.
 * @param {Page} page
 */
export async function lastLook(page) {
  if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/failed-${++failures}.png` }).catch(() => undefined);
}
