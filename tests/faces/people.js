/** A visitor in the shop and a member at the console, as they use the pages. */

import { misses, sees, until, watchErrors } from "./browser.js";

/** @import { BrowserContext, FrameLocator, Page } from "playwright-core" */

export class Visitor {
  /**
   * @param {BrowserContext} context
   * @param {Page} page
   */
  constructor(context, page) {
    this.context = context;
    this.page = page;
    /** @type {FrameLocator} */
    this.panel = page.frameLocator("iframe[title=Chat]");
  }

  /**
   * Comes to the shop.
   * @param {BrowserContext} context
   * @param {string} shop_url
   * @param {string[]} troubles
   */
  static async at(context, shop_url, troubles) {
    const page = await context.newPage();
    watchErrors(page, "visitor", troubles);
    await page.goto(shop_url);
    return new Visitor(context, page);
  }

  get launcher() {
    return this.page.getByRole("button", { name: /^Chat with us/ });
  }

  async openChat() {
    await this.launcher.click();
    await sees(this.panel.getByRole("textbox", { name: "Your message" }));
  }

  /** How many drafts this browser has written down for the visitor. */
  async kept() {
    const frame = this.page.frames().find((each) => each.url().includes("/widget/panel"));
    return await frame?.evaluate(async () => {
      const named = (await indexedDB.databases()).map(({ name }) => name ?? "");
      const name = named.find((each) => each.startsWith("frontdesk:")) ?? "";
      const database = await new Promise((resolve, reject) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const count = await new Promise((resolve) => {
        database.transaction("drafts").objectStore("drafts").count().onsuccess = (/** @type {any} */ event) =>
          resolve(event.target.result);
      });
      database.close();
      return count;
    });
  }

  /** @param {string} text */
  async write(text) {
    const field = this.panel.getByRole("textbox", { name: "Your message" });
    await field.fill(text);
    await field.press("Enter");
  }

  /** @param {string} text */
  async types(text) {
    await this.panel.getByRole("textbox", { name: "Your message" }).pressSequentially(text);
  }

  /** @param {string} text */
  line(text) {
    return this.panel.locator(".bubble", { hasText: text });
  }

  /** The bubbles from top to bottom, own ones without the words for screen readers. */
  async lines() {
    const texts = await this.panel.locator("[role=log] .bubble").allTextContents();
    return texts.map((text) => text.replace(/^You: /, ""));
  }

  /** @param {string} tick */
  tick(tick) {
    return this.panel.locator(`[data-tick=${tick}]`);
  }

  get waiting() {
    return this.panel.locator("[data-draft=waiting]");
  }
}

export class Member {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
  }

  /**
   * Logs in.
   * @param {BrowserContext} context
   * @param {string} web_url
   * @param {{ email: string, password: string }} who
   * @param {string[]} troubles
   */
  static async at(context, web_url, who, troubles) {
    return Member.on(await context.newPage(), web_url, who, troubles);
  }

  /**
   * Logs in on a page that is there already.
   * @param {Page} page
   * @param {string} web_url
   * @param {{ email: string, password: string }} who
   * @param {string[]} troubles
   */
  static async on(page, web_url, who, troubles) {
    watchErrors(page, "member", troubles);
    await page.goto(web_url);
    await page.getByLabel("E-mail").fill(who.email);
    await page.getByLabel("Password").fill(who.password);
    await page.getByRole("button", { name: "Log in" }).click();
    await sees(page.getByRole("heading", { name: "All open" }));
    return new Member(page);
  }

  get cards() {
    return this.page.locator("[data-conversation]");
  }

  /** @param {string} preview */
  card(preview) {
    return this.page.locator("[data-conversation]", { hasText: preview });
  }

  /** @param {string} text */
  line(text) {
    return this.page.locator(".thread .bubble", { hasText: text });
  }

  async lines() {
    return this.page.locator(".thread .bubble").allTextContents();
  }

  /** @param {string} name */
  button(name) {
    return this.page.locator(".thread header").getByRole("button", { name, exact: true });
  }

  /** @param {string} text */
  async write(text) {
    const field = this.page.getByRole("textbox", { name: "Your reply" });
    await field.fill(text);
    await field.press("Enter");
  }

  /** @param {string} text */
  async note(text) {
    await this.page.getByRole("button", { name: "Note", exact: true }).click();
    const field = this.page.getByRole("textbox", { name: "Your note for the team" });
    await field.fill(text);
    await field.press("Enter");
    await this.page.getByRole("button", { name: "Reply", exact: true }).click();
  }

  /** @param {string} tick */
  tick(tick) {
    return this.page.locator(`.thread [data-tick=${tick}]`);
  }
}

export { misses, sees, until };
