/** How a bot is set up. */

import { useEffect, useId } from "preact/hooks";
import { changeBot, type ConfiguredBot } from "../../api/people.ts";
import { Choice, Field, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { shareOf } from "../../shared/moods.ts";
import { TYPES } from "./types.ts";

interface Props {
  readonly bot: ConfiguredBot;
  readonly may_write: boolean;
  readonly onBot: (bot: ConfiguredBot) => void;
}

/** Words, one a line or with commas between them. */
const listed = (text: string): readonly string[] => text.split(/[\n,]/).map((each) => each.trim()).filter((each) => each !== "");

export function BotForm({ bot, may_write, onBot }: Props) {
  const { configuration: known } = bot;
  const initial = {
    name: known.name,
    type: known.type,
    description: known.description,
    instructions: known.instructions,
    model: known.model,
    temperature: String(known.temperature),
    max_tokens: String(known.max_tokens),
    handoff_threshold: known.handoff_threshold,
    handoff_sentiment: known.handoff_sentiment ?? -0.5,
    handoff_keywords: known.handoff_keywords.join(", "),
    trigger_keywords: (known.trigger_keywords ?? []).join(", "),
    routing_priority: String(known.routing_priority ?? 0),
    answer_seconds: String(known.answer_seconds),
    fallback_message: known.fallback_message,
  };
  const form = useForm(initial, async (values) =>
    onBot(
      await changeBot(bot.id, {
        ...values,
        name: values.name.trim(),
        temperature: Number(values.temperature),
        max_tokens: Number(values.max_tokens),
        routing_priority: Number(values.routing_priority),
        answer_seconds: Number(values.answer_seconds),
        handoff_keywords: listed(values.handoff_keywords),
        trigger_keywords: listed(values.trigger_keywords),
      }),
    ),
  );
  useStaying(form.is_changed);
  const { values, set, troubleOf } = form;
  const text = (name: "name" | "description" | "instructions" | "model" | "temperature" | "max_tokens" | "handoff_keywords" | "trigger_keywords" | "routing_priority" | "answer_seconds" | "fallback_message") => ({
    value: values[name],
    onValue: (value: string) => set(name, value),
    trouble: troubleOf(name),
  });
  return (
    <fieldset class="bare" disabled={!may_write}>
      <Form form={form} save="Save" label="How the bot is set up" aside={form.is_changed && form.phase === "idle" && <span class="hint">Not saved yet</span>}>
        <div class="pair">
          <Field label="Name" is_required most={120} {...text("name")} />
          <Choice label="For" value={values.type} options={TYPES} onValue={(value) => set("type", value)} />
        </div>
        <Field label="Description" most={1000} {...text("description")} hint="For your team." />
        <Field label="What it is to do" rows={6} most={20_000} {...text("instructions")} />
        <div class="pair">
          <Field label="Model" is_required most={120} {...text("model")} />
          <Field label="Tokens at most" type="number" is_required {...text("max_tokens")} />
        </div>
        <Field label="Temperature" type="number" step="any" is_required {...text("temperature")} hint="From 0, always much the same, to 2." />
        <Slider
          label={`Asks people in below ${shareOf(values.handoff_threshold)}`} hint="How sure the bot must be of an answer to go on."
          least={0} most={1} value={values.handoff_threshold} onValue={(value) => set("handoff_threshold", value)}
        />
        <Slider
          label={bearingOf(values.handoff_sentiment)} hint="Whoever writes in a worse mood, from 0 to −100 %, or twice in a row in one half as bad, gets a person."
          least={-1} most={0} value={values.handoff_sentiment} onValue={(value) => set("handoff_sentiment", value)}
        />
        <Field label="Words for people" rows={2} {...text("handoff_keywords")} hint="Whoever writes one of these gets a person. With commas between them." />
        <Field label="Words for this bot" rows={2} {...text("trigger_keywords")} hint="New conversations that begin with one of these are its own." />
        <div class="pair">
          <Field label="Rank among bots" type="number" is_required {...text("routing_priority")} />
          <Field label="Seconds for an answer" type="number" is_required {...text("answer_seconds")} hint="After these somebody else is asked." />
        </div>
        <Field label="When it cannot help" rows={2} most={2000} {...text("fallback_message")} hint="The visitor reads this before somebody else answers." />
      </Form>
    </fieldset>
  );
}

const bearingOf = (sentiment: number): string => (sentiment <= -1 ? "Bears any mood" : `Bears a mood down to ${sentiment === 0 ? "0 %" : `−${shareOf(-sentiment)}`}`);

interface SliderProps {
  readonly label: string;
  readonly hint: string;
  readonly least: number;
  readonly most: number;
  readonly value: number;
  readonly onValue: (value: number) => void;
}

function Slider({ label, hint, least, most, value, onValue }: SliderProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} type="range" min={least} max={most} step={0.05} value={value} aria-describedby={`${id}h`} onInput={(event) => onValue(Number(event.currentTarget.value))} />
      <p class="hint" id={`${id}h`}>{hint}</p>
    </div>
  );
}

/** The browser asks before it leaves a page with something that is not saved. */
function useStaying(is_changed: boolean): void {
  useEffect(() => {
    if (!is_changed) return;
    const stay = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", stay);
    return () => removeEventListener("beforeunload", stay);
  }, [is_changed]);
}
