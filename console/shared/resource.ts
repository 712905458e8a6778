/** Something that is asked for: loading, here, or not to be had; what is here stays while it is asked for again. */

import { useEffect, useRef, useState } from "preact/hooks";

export interface Resource<Value> {
  readonly value: Value | null;
  readonly error: unknown;
  readonly is_loading: boolean;
  again(): void;
  /** Takes a change that was made here, so that nobody has to ask again. */
  change(next: (value: Value) => Value): void;
}

export function useResource<Value>(load: () => Promise<Value>, keys: readonly unknown[] = []): Resource<Value> {
  const [state, setState] = useState<{ value: Value | null; error: unknown; is_loading: boolean }>({ value: null, error: null, is_loading: true });
  const newest = useRef(0);
  const ask = (is_new: boolean): void => {
    const mine = ++newest.current;
    setState((known) => ({ value: is_new ? null : known.value, error: null, is_loading: true }));
    load().then(
      (value) => mine === newest.current && setState({ value, error: null, is_loading: false }),
      (error: unknown) => mine === newest.current && setState((known) => ({ ...known, error, is_loading: false })),
    );
  };
  useEffect(() => {
    ask(true);
    return () => void newest.current++;
  }, keys);
  return {
    ...state,
    again: () => ask(false),
    change: (next) => setState((known) => (known.value === null ? known : { ...known, value: next(known.value) })),
  };
}
