/** How the launcher looks. It lives in a shadow root, so that the company's page and it leave each other alone. */

/** What the server tells of a channel for the page around; all of it is plain and checked there. */
export interface LauncherSettings {
  readonly side: "left" | "right";
  readonly theme: "light" | "dark" | "light dark";
  /** For light and for dark. */
  readonly accent: readonly [string, string];
  readonly on_accent: readonly [string, string];
  readonly language: string;
  readonly is_rtl: boolean;
  /** The button's name; beside the icon it stands only when `text` does. */
  readonly label: string;
  readonly text: string;
}

export interface Launcher {
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
  readonly button: HTMLButtonElement;
  become(is_open: boolean): void;
  /** Shows how many are unread, and says it in these words. */
  mark(count: number, told: string): void;
}

const SVG = "http://www.w3.org/2000/svg";

/** Made without innerHTML: a page may forbid that with Trusted Types. */
export function drawLauncher(settings: LauncherSettings, onClick: () => void, onIntent: () => void): Launcher {
  const host = document.createElement("div");
  host.lang = settings.language;
  host.dir = settings.is_rtl ? "rtl" : "ltr";
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styleOf(settings));
  root.adoptedStyleSheets = [sheet];

  const button = document.createElement("button");
  button.addEventListener("click", onClick);
  for (const intent of ["pointerenter", "focus"]) button.addEventListener(intent, onIntent);
  const path = document.createElementNS(SVG, "path");
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.append(path);
  const text = document.createElement("span");
  text.textContent = settings.text;
  const badge = document.createElement("b");
  button.append(svg, text, badge);
  root.append(button);
  const become = (is_open: boolean): void => {
    host.toggleAttribute("open", is_open);
    button.ariaExpanded = String(is_open);
    path.setAttribute("d", is_open ? "m6 9 6 6 6-6" : "M7.9 20A9 9 0 1 0 4 16.1L2 22Z");
  };
  const mark = (count: number, told: string): void => {
    badge.textContent = count > 99 ? "99+" : String(count || "");
    button.ariaLabel = count === 0 ? settings.label : `${settings.label}, ${told}`;
  };
  become(false);
  mark(0, "");
  return { host, root, button, become, mark };
}

const pair = ([light, dark]: readonly [string, string]): string => `light-dark(${light},${dark})`;

/** On a phone, and where zoom leaves little height, the chat takes the whole screen. */
const SMALL = "@media (max-width:479px),(max-height:479px)";

const styleOf = ({ side, theme, accent, on_accent, text }: LauncherSettings): string => `
:host{all:initial;position:fixed;${side}:20px;bottom:calc(20px + env(safe-area-inset-bottom));z-index:2147483000;
color-scheme:${theme}}
button{all:unset;box-sizing:border-box;position:relative;display:flex;align-items:center;justify-content:center;gap:10px;
min-width:56px;height:56px;max-width:calc(100vw - 40px);padding:0 ${text === "" ? 0 : 20}px;border-radius:28px;
background:${pair(accent)};color:${pair(on_accent)};font:600 15px/20px system-ui,sans-serif;cursor:pointer;
box-shadow:0 1px 3px #0002,0 6px 24px #0003;transition:transform 150ms ease-out}
button:hover{transform:scale(1.04)}
button:focus-visible{outline:3px solid ${pair(accent)};outline-offset:3px;box-shadow:0 0 0 3px Canvas}
span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
span:empty,b:empty,:host([open]) :is(span,b){display:none}
:host([open]) button{padding:0}
svg{flex:none;width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
b{position:absolute;top:-3px;inset-inline-end:-3px;min-width:22px;height:22px;box-sizing:border-box;padding:0 6px;
border:2px solid Canvas;border-radius:11px;background:#b3261e;color:#fff;font:600 12px/18px system-ui,sans-serif;text-align:center}
iframe{display:none;position:fixed;${side}:20px;bottom:88px;width:min(380px,100vw - 40px);height:min(640px,100dvh - 108px);
border:0;border-radius:16px;background:Canvas;color-scheme:${theme};box-shadow:0 1px 2px #0001,0 12px 40px #0003}
:host([open]) iframe{display:block;animation:rise 160ms ease-out}
@keyframes rise{from{opacity:0;transform:translateY(8px)}}
${SMALL}{iframe{inset:0;box-sizing:border-box;width:100vw;height:100dvh;border-radius:0;
padding:env(safe-area-inset-top) 0 env(safe-area-inset-bottom)}:host([open]) button{display:none}}
@media (prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}}
`;
