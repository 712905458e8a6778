/** How the widget looks and what it says. */

import { useEffect } from "preact/hooks";
import { changeChannel, type Appearance, type Channel } from "../../api/channels.ts";
import { Check, Choice, Field, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";

interface Props {
  readonly channel: Channel;
  readonly may_write: boolean;
  readonly onShown: (appearance: Appearance) => void;
  readonly onChannel: (channel: Channel) => void;
}

const LANGUAGES = [
  { value: "auto", label: "As the visitor’s browser" },
  { value: "en", label: "English" },
  { value: "de", label: "Deutsch" },
  { value: "fr", label: "Français" },
  { value: "es", label: "Español" },
  { value: "ar", label: "العربية" },
] as const;
const THEMES = [
  { value: "auto", label: "As the visitor’s system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;
const POSITIONS = [
  { value: "right", label: "Lower right" },
  { value: "left", label: "Lower left" },
] as const;
const MOST_STARTERS = 3;

export function AppearanceForm({ channel, may_write, onShown, onChannel }: Props) {
  const form = useForm(channel.appearance, async (values) => {
    const starters = values.starters.map((each) => each.trim()).filter((each) => each !== "");
    onChannel(await changeChannel(channel.id, { appearance: { ...values, starters } }));
  });
  const { values, set, troubleOf } = form;
  useEffect(() => onShown(values), [values]);
  const starters = Array.from({ length: MOST_STARTERS }, (_, index) => values.starters[index] ?? "");
  return (
    <fieldset class="bare" disabled={!may_write}>
      <Form form={form} save="Save the looks">
        <Field label="Greeting" rows={2} most={500} value={values.greeting} onValue={(value) => set("greeting", value)} trouble={troubleOf("greeting")} />
        <Color value={values.color} onValue={(value) => set("color", value)} />
        <div class="pair">
          <Choice label="Language" value={values.language} options={LANGUAGES} onValue={(value) => set("language", value)} />
          <Choice label="Theme" value={values.theme} options={THEMES} onValue={(value) => set("theme", value)} />
        </div>
        <div class="pair">
          <Choice label="Place" value={values.position} options={POSITIONS} onValue={(value) => set("position", value)} />
          <Field label="Words on the button" most={40} value={values.launcher_label} onValue={(value) => set("launcher_label", value)} trouble={troubleOf("launcher_label")} />
        </div>
        <fieldset class="choices">
          <legend>Starters</legend>
          {starters.map((starter, index) => (
            <input
              key={index}
              aria-label={`Starter ${index + 1}`}
              dir="auto"
              maxLength={80}
              placeholder={["Where is my order?", "I want to return something", "Something else"][index] ?? ""}
              value={starter}
              onInput={(event) => {
                const next = event.currentTarget.value;
                set("starters", starters.map((each, at) => (at === index ? next : each)));
              }}
            />
          ))}
        </fieldset>
        <Field label="While nobody is there" rows={2} most={200} value={values.away_text} onValue={(value) => set("away_text", value)} trouble={troubleOf("away_text")} />
        <Check label="Show the faces of the team" value={values.show_team} onValue={(value) => set("show_team", value)} />
      </Form>
    </fieldset>
  );
}

const COLORS = ["#2b5bbd", "#0f766e", "#b45309", "#be123c", "#7c3aed", "#27272a"] as const;

function Color({ value, onValue }: { value: string; onValue: (value: string) => void }) {
  return (
    <fieldset class="colors">
      <legend>Colour</legend>
      {COLORS.map((color) => (
        <label key={color} class="color" style={{ background: color }} title={color}>
          <input type="radio" name="color" checked={value.toLowerCase() === color} aria-label={`Colour ${color}`} onChange={() => onValue(color)} />
        </label>
      ))}
      <input type="color" aria-label="Another colour" value={value} onInput={(event) => onValue(event.currentTarget.value)} />
    </fieldset>
  );
}
