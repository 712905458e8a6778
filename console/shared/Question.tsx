/** Asks before something that no undo brings back; elsewhere the console does at once what it is told. */

import type { ComponentChildren } from "preact";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";

interface Props {
  readonly label: string;
  /** What comes of it. */
  readonly children: ComponentChildren;
  /** How it is called to leave everything as it is, and to do it. */
  readonly keeps: string;
  readonly does: string;
  readonly kind?: "primary" | "danger";
  readonly onClose: () => void;
  readonly onYes: () => void;
}

export function Question({ label, children, keeps, does, kind = "danger", onClose, onYes }: Props) {
  return (
    <Dialog label={label} onClose={onClose} class="deletion">
      <p>{children}</p>
      <div class="ends">
        <Button onClick={onClose}>{keeps}</Button>
        <Button
          kind={kind}
          onClick={() => {
            onClose();
            onYes();
          }}
        >
          {does}
        </Button>
      </div>
    </Dialog>
  );
}
