/** The categories of the articles: made, renamed, put into each other, removed. */

import { useState } from "preact/hooks";
import type { Uuid } from "../../client/src/protocol.ts";
import { addCategory, changeCategory, removeCategory, type KbCategory } from "../api/knowledge.ts";
import { Button } from "../shared/Button.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { Choice, Field, Form } from "../shared/Form.tsx";
import { useForm } from "../shared/form.ts";
import { say, sayTrouble } from "../shared/toasts.tsx";
import { toldOf } from "../shared/words.ts";
import { treeOf } from "./tree.ts";

interface Props {
  readonly categories: readonly KbCategory[];
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

export function Categories({ categories, onClose, onChanged }: Props) {
  const [chosen, setChosen] = useState<KbCategory | null>(null);
  const tree = treeOf(categories);

  async function remove(each: KbCategory): Promise<void> {
    try {
      await removeCategory(each.id);
      setChosen(null);
      onChanged();
      say(`“${each.name}” was removed; what lay in it lies above it now.`);
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  return (
    <Dialog label="Categories" onClose={onClose} class="categories">
      {tree.length === 0 && <p class="hint">None yet. Articles are easier to find where they are sorted by what they are about.</p>}
      <ul aria-label="Categories">
        {tree.map(({ category, depth }) => (
          <li key={category.id} style={{ paddingInlineStart: `${depth * 20}px` }}>
            <span class="name"><bdi>{category.name}</bdi></span>
            <Button onClick={() => setChosen(category)}>Change</Button>
            <Button onClick={() => void remove(category)}>Remove</Button>
          </li>
        ))}
      </ul>
      <CategoryForm
        key={chosen?.id ?? `new ${categories.length}`}
        category={chosen}
        others={categories.filter(({ id }) => id !== chosen?.id)}
        onSaved={() => {
          setChosen(null);
          onChanged();
        }}
      />
    </Dialog>
  );
}

function CategoryForm({ category, others, onSaved }: { category: KbCategory | null; others: readonly KbCategory[]; onSaved: () => void }) {
  const form = useForm({ name: category?.name ?? "", parent_id: (category?.parent_id ?? "") as Uuid | "" }, async ({ name, parent_id }) => {
    const body = { name: name.trim(), parent_id: parent_id === "" ? null : parent_id };
    await (category === null ? addCategory(body) : changeCategory(category.id, body));
    onSaved();
  });
  return (
    <Form form={form} save={category === null ? "Add" : "Save"} label={category === null ? "New category" : `Change ${category.name}`}>
      <div class="pair">
        <Field label={category === null ? "New category" : "Name"} is_required is_first={category !== null} most={120} value={form.values.name} onValue={(value) => form.set("name", value)} trouble={form.troubleOf("name") || form.troubleOf("parent_id")} />
        <Choice label="In" value={form.values.parent_id} onValue={(value) => form.set("parent_id", value)} options={[{ value: "", label: "None" }, ...others.map(({ id, name }) => ({ value: id, label: name }))]} />
      </div>
    </Form>
  );
}
