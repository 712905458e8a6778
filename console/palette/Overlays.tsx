/** Whatever stands over the page: the palette, the sheet of keys, or one of the choosers. */

import { overtaking } from "../act/decide.ts";
import type { Reach } from "../act/reach.ts";
import { AssignPicker, PriorityPicker, TypePicker } from "./choosers.tsx";
import { StatusPicker } from "../team/StatusPicker.tsx";
import { OrganizationPicker } from "./OrganizationPicker.tsx";
import { Overtaking } from "./Overtaking.tsx";
import { Palette } from "./Palette.tsx";
import { Sheet } from "./Sheet.tsx";
import { TagPicker } from "./TagPicker.tsx";
import { Transfer } from "./Transfer.tsx";

export function Overlays({ reach }: { reach: Reach }) {
  const overlay = reach.overlay.value;
  if (overtaking.value !== null) return <Overtaking desk={reach.desk} id={overtaking.value} />;
  if (overlay === null) return null;
  const onClose = (): void => void (reach.overlay.value = null);
  switch (overlay.kind) {
    case "palette":
      return <Palette reach={reach} onClose={onClose} />;
    case "sheet":
      return <Sheet onClose={onClose} />;
    case "organizations":
      return <OrganizationPicker me={reach.desk.me} onClose={onClose} />;
    case "status":
      return <StatusPicker desk={reach.desk} onClose={onClose} />;
    case "assign":
      return <AssignPicker desk={reach.desk} conversation_id={overlay.conversation_id} onClose={onClose} />;
    case "transfer":
      return <Transfer desk={reach.desk} conversation_id={overlay.conversation_id} onClose={onClose} />;
    case "tag":
      return <TagPicker desk={reach.desk} conversation_id={overlay.conversation_id} onClose={onClose} />;
    case "classify":
      return <TypePicker desk={reach.desk} conversation_id={overlay.conversation_id} onClose={onClose} />;
    case "priority":
      return <PriorityPicker desk={reach.desk} conversation_id={overlay.conversation_id} onClose={onClose} />;
  }
}
