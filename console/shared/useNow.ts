/** The time, anew every half minute, for whatever tells ages. */

import { useEffect, useState } from "preact/hooks";

const EVERY = 30_000;

export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), EVERY);
    return () => clearInterval(timer);
  }, []);
  return now;
}
