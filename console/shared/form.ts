/** A form: what was typed stays whatever happens, a refusal finds its field, and saving tells. */

import { useRef, useState } from "preact/hooks";
import { ApiError } from "../../client/src/errors.ts";
import { toldOf } from "./words.ts";

export interface FormState<Values extends object> {
  readonly values: Values;
  readonly is_changed: boolean;
  readonly phase: "idle" | "saving" | "saved";
  /** What went wrong with the whole; empty when nothing did, or when a field tells. */
  readonly trouble: string;
  troubleOf(name: keyof Values): string;
  set<Name extends keyof Values>(name: Name, value: Values[Name]): void;
  submit(): Promise<void>;
  /** Starts anew, with other values. */
  reset(values: Values): void;
}

/** As long as "Saved" stands on the button. */
const TELL = 2_500;

export function useForm<Values extends object>(
  initial: Values,
  save: (values: Values) => Promise<unknown>,
  explain: (error: unknown) => string = toldOf,
): FormState<Values> {
  const [base, setBase] = useState(initial);
  const [values, setValues] = useState(initial);
  const [phase, setPhase] = useState<FormState<Values>["phase"]>("idle");
  const [error, setError] = useState<unknown>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const field = error instanceof ApiError && error.field !== undefined && error.field in values ? error.field : null;

  return {
    values,
    is_changed: JSON.stringify(values) !== JSON.stringify(base),
    phase,
    trouble: error === null || field !== null ? "" : explain(error),
    troubleOf: (name) => (field === name ? explain(error) : ""),
    set(name, value) {
      setValues((known) => ({ ...known, [name]: value }));
      if (field === name) setError(null);
      if (phase === "saved") setPhase("idle");
    },
    async submit() {
      if (phase === "saving") return;
      clearTimeout(timer.current);
      setPhase("saving");
      setError(null);
      try {
        await save(values);
        setBase(values);
        setPhase("saved");
        timer.current = setTimeout(() => setPhase("idle"), TELL);
      } catch (caught) {
        setError(caught);
        setPhase("idle");
      }
    },
    reset(next) {
      setBase(next);
      setValues(next);
      setError(null);
      setPhase("idle");
    },
  };
}
