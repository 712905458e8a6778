/** How the launcher looks. It lives in a shadow root, so that the company's page and it leave each other alone. */

const SVG = "http://www.w3.org/2000/svg";

/** The launcher, made without innerHTML: a page may forbid that with Trusted Types. */
export function drawButton(): { button: HTMLButtonElement; badge: HTMLElement } {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-label", "Chat with us");
  button.setAttribute("aria-expanded", "false");
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of [["viewBox", "0 0 24 24"], ["aria-hidden", "true"]] as const) svg.setAttribute(name, value);
  for (const [name, d] of [["chat", "M7.9 20A9 9 0 1 0 4 16.1L2 22Z"], ["down", "m6 9 6 6 6-6"]] as const) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", name);
    path.setAttribute("d", d);
    svg.append(path);
  }
  const badge = document.createElement("b");
  badge.hidden = true;
  button.append(svg, badge);
  return { button, badge };
}

export const STYLE = `
:host{all:initial;position:fixed;right:20px;bottom:20px;z-index:2147483000;color-scheme:light dark}
button{all:unset;box-sizing:border-box;position:relative;display:grid;place-items:center;width:56px;height:56px;border-radius:50%;
background:oklch(0.5 0.16 262);color:#fff;cursor:pointer;box-shadow:0 2px 4px #0002,0 8px 24px #0003;transition:transform 150ms ease-out}
button:hover{transform:scale(1.05)}
button:focus-visible{outline:3px solid oklch(0.7 0.14 262);outline-offset:3px}
svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
.down{display:none}:host([open]) .chat{display:none}:host([open]) .down{display:block}
b{position:absolute;top:-2px;right:-2px;min-width:20px;height:20px;box-sizing:border-box;padding:0 6px;border-radius:10px;
background:oklch(0.5 0.18 27);color:#fff;font:600 12px/20px system-ui,sans-serif;text-align:center}
b[hidden]{display:none}
iframe{display:none;position:fixed;right:20px;bottom:88px;width:380px;height:min(640px,calc(100dvh - 108px));border:0;
border-radius:16px;background:Canvas;box-shadow:0 1px 2px #0001,0 12px 40px #0003}
:host([open]) iframe{display:block;animation:rise 160ms ease-out}
@keyframes rise{from{opacity:0;transform:translateY(8px)}}
@media (max-width:479px){iframe{inset:0;width:100vw;height:100dvh;border-radius:0}:host([open]) button{display:none}}
@media (prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}}
`;
