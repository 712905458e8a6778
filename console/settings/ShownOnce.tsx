/** A secret, this one time. */

import { Button } from "../shared/Button.tsx";
import { CopyField } from "../shared/CopyField.tsx";
import { Dialog } from "../shared/Dialog.tsx";

export function ShownOnce({ title, told, token, onClose }: { title: string; told: string; token: string; onClose: () => void }) {
  return (
    <Dialog label={title} onClose={onClose}>
      <p>{told}</p>
      <CopyField label="Token" text={token} is_code />
      <div class="ends">
        <Button kind="primary" onClick={onClose}>I have kept it</Button>
      </div>
    </Dialog>
  );
}
