/** What stands where there is nothing: what this place is for, and what to do next. */

import type { ComponentChildren } from "preact";
import { Glyph, type GlyphName } from "./Glyph.tsx";

interface Props {
  readonly title: string;
  readonly told?: ComponentChildren;
  readonly glyph?: GlyphName;
  /** It is all that the page says. */
  readonly is_page?: boolean;
  readonly children?: ComponentChildren;
}

export function Blank({ title, told, glyph, is_page = false, children }: Props) {
  return (
    <div class="blank">
      {glyph !== undefined && <Glyph name={glyph} size={20} />}
      {is_page ? <h1>{title}</h1> : <h2>{title}</h2>}
      {told !== undefined && <p>{told}</p>}
      {children !== undefined && <div class="ways">{children}</div>}
    </div>
  );
}
