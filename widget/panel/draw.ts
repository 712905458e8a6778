/**
 * Draws a tree of elements into the page and keeps it there: what the panel needs of Preact, in a quarter of its weight.
 *
 * Components are plain functions of their arguments (no state, no hooks), so that they are called while the tree is made.
 * vite.config.ts puts this file in the place of `preact` and `preact/jsx-runtime`; types stay Preact's.
 */

type Props = Record<string, unknown>;
type Component = (props: Props) => Child;
type Child = Wanted | Child[] | string | number | boolean | null | undefined;

/** An element or a text that is to be there; "" is an empty place, which keeps the places of its neighbours. */
interface Wanted {
  readonly type: string;
  readonly props: Props;
  readonly text?: string;
  key?: unknown;
  node?: Drawn;
}

type Drawn = ChildNode & { kids?: Wanted[] };

const TEXT = "#text";
const NOTHING: Props = {};

export const Fragment = (props: Props): Child => props["children"] as Child;

export function jsx(type: string | Component, props: Props, key?: unknown): Child {
  if (typeof type === "string") return { type, props, key };
  const made = type(props);
  if (key !== undefined && made !== null && typeof made === "object" && !Array.isArray(made)) made.key = key;
  return made;
}

export { jsx as jsxs };

export const render = (child: Child, parent: Element): void => arrange(parent as ParentNode & Drawn, wantedOf(child));

function wantedOf(child: Child, into: Wanted[] = []): Wanted[] {
  if (Array.isArray(child)) for (const each of child) wantedOf(each, into);
  else if (child === null || typeof child === "boolean" || child === undefined) into.push({ type: "", props: NOTHING });
  else if (typeof child === "object") into.push(child);
  else into.push({ type: TEXT, props: NOTHING, text: String(child) });
  return into;
}

/** Makes the children what is wanted. One with a key is found by it, wherever it stands; others by their place. */
function arrange(parent: ParentNode & Drawn, wanted: Wanted[]): void {
  const before = parent.kids ?? [];
  const keyed = new Map(before.map((each) => [each.key, each]));
  const olds = wanted.map((each, place) => {
    const old = each.key == null ? before[place] : keyed.get(each.key);
    return old?.type === each.type && old.key === each.key ? old : undefined;
  });
  const kept = new Set(olds);
  // First, because an element that is moved loses focus and scroll, and without these nothing has to move.
  for (const each of before) if (!kept.has(each)) each.node?.remove();
  parent.kids = wanted;
  let next: ChildNode | null = parent.firstChild;
  wanted.forEach((each, place) => {
    if (each.type === "") return;
    const old = olds[place];
    const node = (each.node = old?.node ?? make(each, parent));
    if (node === next) next = node.nextSibling;
    else (parent as unknown as Node).insertBefore(node, next);
    if (each.type !== TEXT) fill(node as Element & Drawn, each.props, old?.props ?? NOTHING);
    else if (node.nodeValue !== each.text) node.nodeValue = each.text ?? "";
  });
}

function make({ type }: Wanted, parent: ParentNode): Drawn {
  if (type === TEXT) return document.createTextNode("");
  const is_svg = type === "svg" || (parent as Element).namespaceURI?.endsWith("svg") === true;
  return is_svg ? document.createElementNS("http://www.w3.org/2000/svg", type) : document.createElement(type);
}

function fill(node: Element & Drawn, props: Props, old: Props): void {
  for (const name in { ...old, ...props }) if (name !== "children" && name !== "value") set(node, name, props[name], old[name]);
  arrange(node, wantedOf(props["children"] as Child));
  // After the children, which a select chooses from; what a person has typed meanwhile stands until it is said otherwise.
  const field = node as HTMLInputElement & Drawn;
  if (props["value"] !== undefined && field.value !== props["value"]) field.value = props["value"] as string;
  const ref = props["ref"] as ((node: Element) => void) | undefined;
  if (ref !== old["ref"]) ref?.(node);
}

function set(node: Element, name: string, value: unknown, old: unknown): void {
  if (value === old || name === "ref") return;
  const is_said = name[4] === "-"; // aria- and data- say false in words.
  if (name.startsWith("on")) {
    // What such a property returns would decide whether the browser does its part.
    (node as unknown as Props)[name.toLowerCase()] = typeof value === "function" ? (event: Event) => void value(event) : null;
  } else if (value == null || (value === false && !is_said)) node.removeAttribute(name);
  else node.setAttribute(name, value === true && !is_said ? "" : String(value));
}
