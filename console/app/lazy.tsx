/** A page that is loaded when somebody goes there: nothing for a moment, then a skeleton, or what to do without it. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Blank } from "../shared/Blank.tsx";
import { Button } from "../shared/Button.tsx";

/** Shorter than anybody notices: a skeleton that flashes is worse than none. */
const PATIENCE = 200;

export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let known: ComponentType<Props> | null = null;
  return function Lazy(props: Props) {
    const [Page, setPage] = useState<ComponentType<Props> | null>(() => known);
    const [state, setState] = useState<"quiet" | "slow" | "failed">("quiet");
    const fetch = (): void => {
      setState("quiet");
      load().then(
        (page) => {
          known = page;
          setPage(() => page);
        },
        () => setState("failed"),
      );
    };
    useEffect(() => {
      if (known !== null) return;
      fetch();
      const timer = setTimeout(() => setState((now) => (now === "quiet" ? "slow" : now)), PATIENCE);
      return () => clearTimeout(timer);
    }, []);
    if (Page !== null) return <Page {...props} />;
    if (state === "failed") {
      return (
        <Blank title="This page could not be loaded" told="The network may be away, or there is a newer version of this page.">
          <Button onClick={fetch}>Try again</Button>
          <Button onClick={() => location.reload()}>Reload</Button>
        </Blank>
      );
    }
    return state === "slow" ? <p class="loading" role="status">Loading…</p> : null;
  };
}
