/** A form on the screen: fields with their names above, trouble below them, a button that tells. */

import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "./Button.tsx";
import type { FormState } from "./form.ts";
import { Glyph } from "./Glyph.tsx";

interface FormProps<Values extends object> {
  readonly form: FormState<Values>;
  readonly save: string;
  readonly saved?: string;
  readonly children: ComponentChildren;
  /** The button works although nothing was changed. */
  readonly is_always?: boolean;
  readonly aside?: ComponentChildren;
  readonly label?: string;
}

export function Form<Values extends object>({ form, save, saved = "Saved", children, is_always = false, aside, label }: FormProps<Values>) {
  const element = useRef<HTMLFormElement>(null);
  // Whoever cannot see that something turned red is led there.
  useLayoutEffect(() => {
    if (form.phase === "idle") element.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [form.phase, form.trouble]);
  return (
    <form
      ref={element}
      class="form"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
    >
      {children}
      <p class="trouble" role="alert">
        {form.trouble !== "" && <Glyph name="alert" />}
        {form.trouble}
      </p>
      <div class="ends">
        <Button kind="primary" type="submit" is_busy={form.phase === "saving"} is_disabled={!is_always && !form.is_changed && form.phase !== "saved"}>
          {form.phase === "saved" ? saved : save}
        </Button>
        {aside}
        <span class="unseen" role="status">{form.phase === "saved" ? saved : ""}</span>
      </div>
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint?: ComponentChildren;
  readonly trouble?: string;
  readonly type?: "text" | "email" | "password" | "tel" | "url" | "color" | "number";
  readonly autocomplete?: string;
  readonly placeholder?: string;
  readonly is_required?: boolean;
  readonly is_disabled?: boolean;
  readonly is_first?: boolean;
  readonly most?: number;
  readonly least?: number;
  /** For numbers: "any" lets them have a fraction. */
  readonly step?: string;
  /** More than one line. */
  readonly rows?: number;
}

export function Field({ label, value, onValue, hint, trouble = "", type = "text", rows, is_first = false, ...rest }: FieldProps) {
  const id = useId();
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (is_first) input.current?.focus();
  }, []);
  const told = [hint !== undefined && `${id}h`, trouble !== "" && `${id}t`].filter(Boolean).join(" ");
  const common = {
    id,
    ref: input,
    value,
    dir: "auto" as const,
    onInput: (event: { currentTarget: { value: string } }) => onValue(event.currentTarget.value),
    "aria-invalid": trouble !== "",
    ...(told !== "" && { "aria-describedby": told }),
    ...(rest.autocomplete !== undefined && { autocomplete: rest.autocomplete }),
    ...(rest.placeholder !== undefined && { placeholder: rest.placeholder }),
    ...(rest.most !== undefined && { maxLength: rest.most }),
    ...(rest.step !== undefined && { step: rest.step }),
    ...(rest.least !== undefined && { minLength: rest.least }),
    required: rest.is_required ?? false,
    disabled: rest.is_disabled ?? false,
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {rows === undefined ? <input {...({ type, ...common } as InputHTMLAttributes<HTMLInputElement>)} /> : <textarea rows={rows} {...common} />}
      {hint !== undefined && <p class="hint" id={`${id}h`}>{hint}</p>}
      {trouble !== "" && <p class="trouble" id={`${id}t`}>{trouble}</p>}
    </div>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onValue: (value: Value) => void;
  readonly hint?: ComponentChildren;
  readonly is_disabled?: boolean;
  /** The label is for screen readers only. */
  readonly is_bare?: boolean;
  /** The empty value is no choice. */
  readonly is_required?: boolean;
}

export function Choice<Value extends string>({ label, value, options, onValue, hint, is_disabled = false, is_bare = false, is_required = false }: ChoiceProps<Value>) {
  const id = useId();
  return (
    <div class="field">
      <label for={id} class={is_bare ? "unseen" : ""}>{label}</label>
      <select id={id} disabled={is_disabled} required={is_required} value={value} onChange={(event) => onValue(event.currentTarget.value as Value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>{option.label}</option>
        ))}
      </select>
      {hint !== undefined && <p class="hint">{hint}</p>}
    </div>
  );
}

export function Check({ label, value, onValue, hint, is_disabled = false }: {
  label: ComponentChildren;
  value: boolean;
  onValue: (value: boolean) => void;
  hint?: ComponentChildren;
  is_disabled?: boolean;
}) {
  const id = useId();
  return (
    <div class="check">
      <input id={id} type="checkbox" checked={value} disabled={is_disabled} onChange={(event) => onValue(event.currentTarget.checked)} />
      <label for={id}>{label}</label>
      {hint !== undefined && <p class="hint">{hint}</p>}
    </div>
  );
}

/** Some of a list, each with a box; when there are `most` of them, no other can be chosen. */
export function Several<Id extends string>({ legend, options, chosen, onChosen, most = Infinity, class: extra = "" }: {
  legend: string;
  options: readonly { readonly id: Id; readonly label: ComponentChildren }[];
  chosen: readonly Id[];
  onChosen: (ids: readonly Id[]) => void;
  most?: number;
  class?: string;
}) {
  return (
    <fieldset class={`choices ${extra}`.trim()}>
      <legend>{legend}</legend>
      {options.map(({ id, label }) => {
        const is_in = chosen.includes(id);
        return (
          <Check
            key={id}
            label={label}
            value={is_in}
            is_disabled={!is_in && chosen.length >= most}
            onValue={(value) => onChosen(value ? [...chosen, id] : chosen.filter((each) => each !== id))}
          />
        );
      })}
    </fieldset>
  );
}
