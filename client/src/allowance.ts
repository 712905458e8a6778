/** Keeps a client within what the server allows it, so that a full outbox is not refused frame by frame. */

export interface Allowance {
  /** Frames per second, and at once. */
  set(rate: number, burst: number): void;
  /** Takes one frame's worth and answers 0, or the milliseconds until there is one. */
  take(): number;
  /** Nothing for so many milliseconds. */
  pause(wait: number): void;
}

/** Typing, marks and questions are not counted here and need some room too. */
const SHARE = 0.5;

export function createAllowance(now: () => number = () => Date.now()): Allowance {
  let per_ms = 0;
  let most = 0;
  let left = 0;
  let at = 0;
  let paused_until = 0;
  return {
    set(rate, burst) {
      per_ms = (rate * SHARE) / 1000;
      most = Math.max(1, burst * SHARE);
      left = most;
      at = now();
      paused_until = 0;
    },
    take() {
      const time = now();
      if (time < paused_until) return paused_until - time;
      left = Math.min(most, left + (time - at) * per_ms);
      at = time;
      if (left < 1) return per_ms > 0 ? Math.ceil((1 - left) / per_ms) : 1000;
      left -= 1;
      return 0;
    },
    pause(wait) {
      paused_until = Math.max(paused_until, now() + wait);
    },
  };
}
