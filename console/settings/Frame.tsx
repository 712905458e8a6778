/** The one pattern of a settings page: its name, one sentence, what one can do, and then its content. */

import type { ComponentChildren } from "preact";
import { ApiError } from "../../client/src/errors.ts";
import { Blank } from "../shared/Blank.tsx";
import { Button } from "../shared/Button.tsx";
import type { Resource } from "../shared/resource.ts";
import { toldOf } from "../shared/words.ts";

export interface Back {
  readonly href: string;
  readonly label: string;
}

interface Props {
  readonly title: string;
  readonly told: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly back?: Back;
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

interface LoadedProps<Value> {
  readonly resource: Resource<Value>;
  /** It is all that the page says, and what is gone leads there. */
  readonly back?: Back;
  readonly children: (value: Value) => ComponentChildren;
}

/** What was asked for as soon as it is here; lines in its place at first, and what to do where it does not come. */
export function Loaded<Value>({ resource, back, children }: LoadedProps<Value>) {
  if (resource.value !== null) return <>{children(resource.value)}</>;
  if (resource.error !== null) {
    const is_gone = resource.error instanceof ApiError && resource.error.code === "not_found";
    return (
      <Blank is_page={back !== undefined} glyph="alert" title={is_gone ? "It is not here" : "This could not be loaded"} told={toldOf(resource.error)}>
        {!is_gone && <Button onClick={resource.again}>Try again</Button>}
        {back !== undefined && <a class="button plain" href={back.href}>All {back.label.toLowerCase()}</a>}
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
