/** The one pattern of a settings page: its name, one sentence, what one can do, and then its content. */

import type { ComponentChildren } from "preact";
import { Blank } from "../shared/Blank.tsx";
import { Button } from "../shared/Button.tsx";
import type { Resource } from "../shared/resource.ts";
import { toldOf } from "../shared/words.ts";

interface Props {
  readonly title: string;
  readonly told: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly back?: { readonly href: string; readonly label: string };
  readonly is_wide?: boolean;
  readonly children: ComponentChildren;
}

export function Frame({ title, told, actions, back, is_wide = false, children }: Props) {
  return (
    <div class="frame" data-wide={is_wide}>
      {back !== undefined && <a class="up" href={back.href}>‹ {back.label}</a>}
      <header>
        <div>
          <h1><bdi>{title}</bdi></h1>
          <p>{told}</p>
        </div>
        {actions !== undefined && <div class="ways">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export function Part({ title, told, children }: { title: string; told?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="part">
      <h2>{title}</h2>
      {told !== undefined && <p class="told">{told}</p>}
      {children}
    </section>
  );
}

/** What was asked for as soon as it is here; lines in its place at first, and what to do where it does not come. */
export function Loaded<Value>({ resource, children }: { resource: Resource<Value>; children: (value: Value) => ComponentChildren }) {
  if (resource.value !== null) return <>{children(resource.value)}</>;
  if (resource.error !== null) {
    return (
      <Blank glyph="alert" title="This could not be loaded" told={toldOf(resource.error)}>
        <Button onClick={resource.again}>Try again</Button>
      </Blank>
    );
  }
  return (
    <div class="skeletons rows" role="status" aria-label="Loading">
      <i />
      <i />
      <i />
    </div>
  );
}
