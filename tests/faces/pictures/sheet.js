/** The contact sheet: every picture on one page, its four looks in a row. */

import { writeFile } from "node:fs/promises";

/** @import { Picture } from "./main.js" */

/**
 * @param {string} folder
 * @param {readonly Picture[]} pictures
 */
export async function writeSheet(folder, pictures) {
  const names = [...new Set(pictures.map(({ screen }) => screen.name))];
  const rows = names.map((name) => {
    const figures = pictures
      .filter(({ screen }) => screen.name === name)
      .map(
        ({ theme, size, file }) =>
          `<figure class="${size}"><a href="${file}"><img loading="lazy" src="${file}" alt="${name}, ${theme}, ${size}"></a>` +
          `<figcaption>${theme}, ${size}</figcaption></figure>`,
      );
    return `<section id="${name}"><h2><a href="#${name}">${name}</a></h2><div>${figures.join("")}</div></section>`;
  });
  await writeFile(`${folder}/index.html`, PAGE.replace("<!--rows-->", () => rows.join("\n")));
}

const PAGE = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Frontdesk, every screen</title>
  <style>
    body { margin: 2rem; font: 15px/1.5 system-ui, sans-serif; background: #8a8f98; color: #fff }
    h2 { font-size: 1rem } a { color: inherit }
    section > div { display: flex; flex-wrap: wrap; gap: 1rem; align-items: start }
    figure { margin: 0 } img { display: block; height: 300px; border-radius: 6px; box-shadow: 0 2px 12px #0006 }
    figcaption { font-size: 12px }
  </style>
  <h1>Every screen</h1>
<!--rows-->
</html>
`;
