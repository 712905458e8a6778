/** One tool: what people call it, and what models are told of it in place of the bot's own words. */

import { changeBotTool, removeBotTool, type BotTool } from "../../api/people.ts";
import { Button } from "../../shared/Button.tsx";
import { Dialog } from "../../shared/Dialog.tsx";
import { Field, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { sayTrouble } from "../../shared/toasts.tsx";
import { toldOf } from "../../shared/words.ts";
import { ownWords } from "./tools.ts";

export function ToolDialog({ tool, onClose, onDone }: { tool: BotTool; onClose: () => void; onDone: () => void }) {
  const form = useForm({ display_name: tool.display_name, description: tool.description }, async (values) => {
    await changeBotTool(tool, { display_name: values.display_name.trim(), description: values.description.trim() });
    onDone();
  });
  const { values, set, troubleOf } = form;
  const own = ownWords(tool);
  async function forget(): Promise<void> {
    try {
      await removeBotTool(tool);
      onDone();
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  return (
    <Dialog label={tool.tool_name} onClose={onClose}>
      <Form form={form} save="Save" aside={<Button onClick={() => void forget()} title="It is back, and switched on, when the bot tells of it again">Forget it</Button>}>
        <Field label="Name" is_required is_first most={120} value={values.display_name} onValue={(value) => set("display_name", value)} trouble={troubleOf("display_name")} hint="For your team." />
        <Field
          label="What models are told of it" rows={4} most={2000} value={values.description} onValue={(value) => set("description", value)} trouble={troubleOf("description")}
          hint={own === "" ? "The bot says nothing of it itself." : <>In place of the bot’s own words: “<bdi>{own}</bdi>”</>}
        />
      </Form>
    </Dialog>
  );
}
