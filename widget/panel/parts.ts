/** Parts of the panel that most visitors never see: loaded when they are wanted, and there from then on. */

export type Parts = Pick<typeof import("./List.tsx"), "List"> &
  Pick<typeof import("./Email.tsx"), "Email" | "giveEmail"> &
  Pick<typeof import("./back.ts"), "back"> &
  Pick<typeof import("./line.ts"), "line"> &
  Pick<typeof import("./Beside.tsx"), "Beside" | "Words"> &
  Pick<typeof import("./Partial.tsx"), "Partial" | "hear">;

export const loaded: Partial<Parts> = {};

/** The server may have a newer panel, whose parts have other names. */
const keep = (part: Promise<Partial<Parts>>): Promise<unknown> =>
  part.then(
    (found) => Object.assign(loaded, found),
    () => navigator.onLine && location.reload(),
  );

export const load = {
  List: () => keep(import("./List.tsx")),
  Email: () => keep(import("./Email.tsx")),
  back: () => keep(import("./back.ts")),
  line: () => keep(import("./line.ts")),
  Beside: () => keep(import("./Beside.tsx")),
  Partial: () => keep(import("./Partial.tsx")),
};

/** The look of such a part comes with it. */
export function wear(style: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  document.adoptedStyleSheets.push(sheet);
}
