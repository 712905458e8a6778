/** Pictures of both faces, light and dark, phone and desktop, for people to look at: into the folder PICTURES. */

import { launch, sees } from "./browser.js";
import { Member, Visitor } from "./people.js";

const web_url = process.env["WEB_URL"] ?? "";
const shop_url = process.env["SHOP_URL"] ?? "";
const login = { email: process.env["EMAIL"] ?? "", password: process.env["PASSWORD"] ?? "" };
const folder = process.env["PICTURES"] ?? "pictures";

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 780 } };
const LONG = "I ordered the Fyr floor lamp in brass two weeks ago, and the confirmation said five days. Has it left the workshop?";

const browser = await launch();
try {
  const outside = await browser.newContext({ viewport: SIZES.desktop });
  const inside = await browser.newContext({ viewport: SIZES.desktop });
  const vera = await Visitor.at(outside, shop_url, []);
  const jonas = await Member.at(inside, web_url, login, []);
  await vera.page.screenshot({ path: `${folder}/shop.png` });
  await vera.openChat();
  await vera.page.screenshot({ path: `${folder}/widget-empty.png` });
  await vera.write(LONG);
  await vera.write("My number is 1041.");
  await sees(jonas.card("My number is 1041."));
  await jonas.page.screenshot({ path: `${folder}/console-list.png` });
  await jonas.card("My number is 1041.").click();
  await sees(jonas.line("My number is 1041."));
  await jonas.button("Take").click();
  await jonas.note("Paid twice for shipping in May, so be generous.");
  await jonas.write("Good morning! Let me look.");
  await jonas.write("It left on Tuesday. Here is where it is: https://parcels.example/track/1041-9982-AVERYLONGNUMBERWITHOUTANYBREAKS");
  await sees(vera.line("It left on Tuesday"));
  await vera.write("שלום, תודה רבה");
  await sees(jonas.line("שלום"));
  await jonas.page.getByRole("textbox", { name: "Your reply" }).pressSequentially("You are welcome");
  await sees(vera.panel.getByText(/is typing/));
  for (const scheme of /** @type {const} */ (["light", "dark"])) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      for (const [name, page] of /** @type {const} */ ([["widget", vera.page], ["console", jonas.page]])) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.setViewportSize(viewport);
        await page.waitForTimeout(300);
        await page.screenshot({ path: `${folder}/${name}-${scheme}-${size}.png` });
      }
    }
  }
  await outside.setOffline(true);
  await vera.write("This waits for the network.");
  await sees(vera.waiting);
  await sees(vera.panel.getByText(/No connection/));
  await vera.page.setViewportSize(SIZES.desktop);
  await vera.page.screenshot({ path: `${folder}/widget-offline.png` });
  await outside.setOffline(false);
  await jonas.page.setViewportSize(SIZES.phone);
  await jonas.page.getByRole("button", { name: "Back to the list" }).click();
  await jonas.page.screenshot({ path: `${folder}/console-list-phone.png` });
  await jonas.page.getByRole("button", { name: "Log out" }).click();
  await sees(jonas.page.getByRole("button", { name: "Log in" }));
  await jonas.page.screenshot({ path: `${folder}/login.png` });
} finally {
  await browser.close();
}
