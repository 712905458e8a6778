/** Faces of those who answer: a picture over the initial, which stays where there is no picture. */

import type { Face } from "./settings.ts";

const MOST = 3;

export function Faces({ faces, class: extra = "" }: { readonly faces: readonly Face[]; readonly class?: string }) {
  return (
    <div class={`faces ${extra}`} aria-hidden="true">
      {faces.slice(0, MOST).map(({ id, name, picture }) => (
        <span key={id ?? name} class="face">
          {initialOf(name)}
          {picture !== null && <img src={picture} alt="" onError={hide} />}
        </span>
      ))}
    </div>
  );
}

const hide = (event: Event): void => (event.currentTarget as Element).remove();

const initialOf = (name: string): string => [...name.trim()][0]?.toUpperCase() ?? "?";
