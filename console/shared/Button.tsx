/** The one button: plain, primary or dangerous; busy while what it began goes on. */

import type { ComponentChildren } from "preact";
import { Glyph, type GlyphName } from "./Glyph.tsx";

interface Props {
  readonly children: ComponentChildren;
  readonly onClick?: (event: MouseEvent) => void;
  readonly kind?: "plain" | "primary" | "danger" | "link";
  readonly type?: "button" | "submit";
  readonly glyph?: GlyphName;
  readonly is_busy?: boolean;
  readonly is_disabled?: boolean;
  readonly title?: string;
}

export function Button({ children, onClick, kind = "plain", type = "button", glyph, is_busy = false, is_disabled = false, title }: Props) {
  return (
    <button
      type={type}
      class={`button ${kind}`}
      aria-busy={is_busy}
      disabled={is_disabled || is_busy}
      {...(onClick && { onClick })}
      {...(title !== undefined && { title })}
    >
      {glyph !== undefined && <Glyph name={glyph} />}
      {children}
    </button>
  );
}

interface IconProps {
  readonly glyph: GlyphName;
  readonly label: string;
  readonly onClick?: () => void;
  readonly is_pressed?: boolean;
  readonly is_disabled?: boolean;
  readonly hint?: string;
  readonly class?: string;
}

/** A button that is an icon alone; its name is read out, and shown where the pointer rests. */
export function IconButton({ glyph, label, onClick, is_pressed, is_disabled = false, hint, class: extra = "" }: IconProps) {
  return (
    <button
      type="button"
      class={`quiet ${extra}`}
      aria-label={label}
      title={hint === undefined ? label : `${label} (${hint})`}
      disabled={is_disabled}
      {...(is_pressed !== undefined && { "aria-pressed": is_pressed })}
      {...(onClick && { onClick })}
    >
      <Glyph name={glyph} />
    </button>
  );
}
