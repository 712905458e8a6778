/** Parts of the panel that most visitors never see: loaded when they are wanted, and drawn from then on. */

export interface Parts {
  readonly List: typeof import("./List.tsx").List;
  readonly Email: typeof import("./Email.tsx").Email;
}

export const loaded: { -readonly [Name in keyof Parts]?: Parts[Name] } = {};

export const load: Record<keyof Parts, () => Promise<unknown>> = {
  List: () => import("./List.tsx").then(({ List }) => (loaded.List = List), isOutdated),
  Email: () => import("./Email.tsx").then(({ Email }) => (loaded.Email = Email), isOutdated),
};

/** The server has a newer panel, whose parts have other names. */
function isOutdated(): void {
  if (navigator.onLine) location.reload();
}

/** The look of such a part comes with it. */
export function wear(style: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  document.adoptedStyleSheets.push(sheet);
}
