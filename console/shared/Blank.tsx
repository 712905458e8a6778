/** What stands where there is nothing: what this place is for, and what to do next. */

import type { ComponentChildren } from "preact";
import { Glyph, type GlyphName } from "./Glyph.tsx";

interface Props {
  readonly title: string;
  readonly told?: ComponentChildren;
  readonly glyph?: GlyphName;
  readonly children?: ComponentChildren;
}

export function Blank({ title, told, glyph, children }: Props) {
  return (
    <div class="blank">
      {glyph !== undefined && <Glyph name={glyph} size={20} />}
      <h2>{title}</h2>
      {told !== undefined && <p>{told}</p>}
      {children !== undefined && <div class="ways">{children}</div>}
    </div>
  );
}
