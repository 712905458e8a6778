/** The pictures of the README, from those that main.js has taken: smaller, and as WebP. FOLDER says where they are (pictures). */

import { readFile, writeFile } from "node:fs/promises";
import { launch } from "../browser.js";

const folder = process.env["FOLDER"] ?? "pictures";
const TAKEN = { console: "desk-light-desktop.png", widget: "widget-thread-light-desktop.png" };
const [WIDTH, HEIGHT, QUALITY] = [1280, 800, 0.85];

const browser = await launch();
try {
  const page = await browser.newPage();
  for (const [name, file] of Object.entries(TAKEN)) {
    const taken = (await readFile(`${folder}/${file}`)).toString("base64");
    const made = await page.evaluate(
      async ([taken, width, height, quality]) => {
        const picture = new Image();
        picture.src = `data:image/png;base64,${taken}`;
        await picture.decode();
        const canvas = Object.assign(document.createElement("canvas"), { width, height });
        const context = canvas.getContext("2d");
        if (context === null) throw new Error("this browser draws nothing");
        context.imageSmoothingQuality = "high";
        context.drawImage(picture, 0, 0, width, height);
        return canvas.toDataURL("image/webp", quality).replace(/^.*,/, "");
      },
      /** @type {const} */ ([taken, WIDTH, HEIGHT, QUALITY]),
    );
    await writeFile(`docs/pictures/${name}.webp`, Buffer.from(made, "base64"));
  }
} finally {
  await browser.close();
}
