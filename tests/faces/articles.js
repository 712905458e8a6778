/** A lead writes an article, and an agent finds it. WEB_URL, SHOP_URL, EMAIL, OTHER_EMAIL, PASSWORD. */

import assert from "node:assert/strict";
import { inBrowser, misses, sees, soon } from "./browser.js";
import { given, stepper } from "./given.js";
import { look } from "./look.js";
import { Member } from "./people.js";

const web_url = given("WEB_URL");
const password = given("PASSWORD");
/** @type {string[]} */
const troubles = [];
const step = stepper();
const TITLE = "Repotting an orchid";

await inBrowser(async (browser) => {
  const open = async (/** @type {string} */ email) => {
    const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" });
    return (await Member.at(context, web_url, { email, password }, troubles)).page;
  };
  const page = await open(given("EMAIL"));
  const button = (/** @type {string} */ name) => page.getByRole("button", { name, exact: true });
  const text = page.getByLabel("Text, in Markdown");

  await step("an article is written beside its preview, and saved as a draft by a key", async () => {
    await page.keyboard.press("g");
    await page.keyboard.press("k");
    await sees(page.getByRole("heading", { name: "Articles", exact: true }));
    await page.getByRole("link", { name: "New article" }).click();
    await page.getByLabel("Title").fill(TITLE);
    await text.fill("Every second year.\n\n## What you need\n\n- coarse bark\n- a **clear** pot\n\n<img src=x onerror=alert(1)>");
    const preview = page.getByRole("region", { name: "Preview" });
    await sees(preview.getByRole("heading", { name: "What you need" }));
    assert.equal(await preview.getByRole("listitem").count(), 2);
    await sees(preview.getByText("<img src=x onerror=alert(1)>"));
    await page.getByLabel("Other words for it").fill("bigger pot, roots");
    await look(page, "article-new");
    await page.keyboard.press("Control+s");
    await sees(page.locator("header .state", { hasText: "Draft" }));
  });

  await step("categories are made, put into each other, and removed", async () => {
    await page.goto(`${web_url}/console/articles`);
    await button("Categories").click();
    const dialog = page.getByRole("dialog", { name: "Categories" });
    await dialog.getByLabel("New category").last().fill("Orchids");
    await dialog.getByLabel("In", { exact: true }).selectOption("Widget");
    await dialog.getByRole("button", { name: "Add" }).click();
    const row = dialog.getByRole("listitem").filter({ hasText: "Orchids" });
    await sees(row);
    await look(page, "article-categories");
    await dialog.getByRole("listitem").filter({ hasText: "Widget" }).getByRole("button", { name: "Change" }).click();
    await dialog.getByLabel("In", { exact: true }).selectOption("Orchids");
    await dialog.getByRole("button", { name: "Save" }).click();
    await sees(dialog.getByText("A category cannot lie within itself."));
    troubles.length = 0;
    await row.getByRole("button", { name: "Remove" }).click();
    await misses(row);
    await dialog.getByRole("button", { name: "Close" }).click();
    await page.getByRole("list", { name: "Articles" }).getByRole("link", { name: TITLE }).click();
  });

  await step("published, it answers a question in the list", async () => {
    await button("Publish").click();
    await sees(page.locator("header .state", { hasText: "Published" }));
    await page.getByRole("link", { name: "Articles", exact: true }).first().click();
    const field = page.getByRole("searchbox", { name: "Find an article, or ask a question" });
    await soon(async () => {
      await field.fill("");
      await field.fill("does my orchid need a new pot");
      await page.waitForResponse((answer) => answer.url().includes("/api/knowledge/search"));
      assert.equal(await page.locator(".answers li").first().getByRole("link").locator("strong").textContent(), TITLE);
    });
    await look(page, "articles");
    await page.request.get(`${web_url}/api/knowledge/search?q=Can+you+teach+my+dog+to+sing%3F`);
    await page.reload();
    await sees(page.getByRole("region", { name: "Asked without an answer" }).getByText("can you teach my dog to sing?"));
    await page.getByLabel("Order").selectOption("Used most");
    await look(page, "articles-unanswered");
    await field.fill("orchid repotting");
    await page.getByRole("list", { name: "Articles" }).getByRole("link", { name: TITLE }).click();
  });

  await step("what it was can be again", async () => {
    await text.fill("Never.");
    await button("Save").click();
    await soon(async () => assert.equal(await button("Save").isDisabled(), true));
    await button("Versions").click();
    const dialog = page.getByRole("dialog", { name: "Versions" });
    await dialog.getByRole("button", { name: "Version 1" }).click();
    await sees(dialog.getByRole("heading", { name: "What you need" }));
    await look(page, "article-versions");
    await dialog.getByRole("button", { name: "Restore version 1" }).click();
    await misses(dialog);
    await soon(async () => assert.match(await text.inputValue(), /^Every second year/));
  });

  await step("an agent reads it and cannot write; archived, it is gone", async () => {
    const agent = await open(given("OTHER_EMAIL"));
    const address = page.url();
    await agent.goto(address);
    await sees(agent.getByRole("heading", { name: "What you need" }));
    assert.equal(await agent.getByRole("textbox").count(), 0);
    await button("Archive").click();
    await sees(page.locator("header .state", { hasText: "Archived" }));
    troubles.length = 0;
    await agent.reload();
    await sees(agent.getByRole("heading", { name: "This article is not here" }));
    // That the server refuses to show it is what is asked for.
    troubles.length = 0;
    await button("Remove").click();
    await sees(page.getByText(`“${TITLE}” was removed.`));
  });
});
assert.deepEqual(troubles, [], "the pages have no errors of their own");
