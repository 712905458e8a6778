/** A window over the page: the browser keeps the focus inside, and gives it back afterwards. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "./Button.tsx";

interface Props {
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly class?: string;
  /** Without a heading of its own: the label is read out only. */
  readonly is_bare?: boolean;
}

export function Dialog({ label, onClose, children, class: extra = "", is_bare = false }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog ${extra}`}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        // Only the backdrop is the dialog itself.
        if (event.target === dialog.current) onClose();
      }}
    >
      <div class="inside">
        {!is_bare && (
          <header>
            <h2>{label}</h2>
            <IconButton glyph="close" label="Close" hint="Esc" onClick={onClose} />
          </header>
        )}
        {children}
      </div>
    </dialog>
  );
}
