/** Sound and desktop notifications, as this person wants them in this browser. */

import { signal } from "@preact/signals";
import type { Uuid } from "../../client/src/protocol.ts";
import { recall, remember } from "./keep.ts";

export interface Alerts {
  readonly has_sound: boolean;
  readonly has_desktop: boolean;
}

export const alerts = signal<Alerts>({ has_sound: true, has_desktop: false });

let name = "";
let audio: AudioContext | null = null;
/** Ten messages at once ring once. */
const QUIET_FOR = 2_000;
/** What each bell plays, in hertz, one tone after the other: two for words, three that rise for an offer. */
const BELLS = { news: [660, 880], offer: [523, 659, 784] } as const;
export type BellName = keyof typeof BELLS;
const rung_at: Record<BellName, number> = { news: 0, offer: 0 };

export function startAlerts(agent_id: Uuid): void {
  name = `frontdesk:alerts:${agent_id}`;
  alerts.value = { ...alerts.value, ...recall<Partial<Alerts>>(name, {}) };
}

export function chooseAlerts(change: Partial<Alerts>): void {
  alerts.value = { ...alerts.value, ...change };
  remember(name, alerts.value);
}

/** Asks the browser's permission; call it from a click only. */
export async function wantDesktop(): Promise<boolean> {
  if (!("Notification" in globalThis)) return false;
  const has_desktop = (await Notification.requestPermission()) === "granted";
  chooseAlerts({ has_desktop });
  return has_desktop;
}

export const isBlocked = (): boolean => !("Notification" in globalThis) || Notification.permission === "denied";

export function notify(tag: string, title: string, body: string, onClick: () => void): void {
  if (!("Notification" in globalThis) || Notification.permission !== "granted") return;
  // The tag lets several tabs of one person show it once.
  const shown = new Notification(title, { body, tag });
  shown.addEventListener("click", () => {
    focus();
    onClick();
    shown.close();
  });
}

/** A new conversation is news, and offered a moment later: then only the offer is heard. */
const OFFERS_FIRST = 500;

/** Some quiet tones, from one of the tabs only. */
export function ring(bell: BellName): void {
  if (bell === "offer") return ringNow(bell);
  setTimeout(() => Date.now() - rung_at.offer < QUIET_FOR || ringNow(bell), OFFERS_FIRST);
}

function ringNow(bell: BellName): void {
  if (Date.now() - rung_at[bell] < QUIET_FOR) return;
  rung_at[bell] = Date.now();
  const locks = navigator.locks as LockManager | undefined;
  if (locks === undefined) return play(bell);
  void locks.request(`frontdesk:bell:${bell}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) return;
    play(bell);
    await new Promise((resolve) => setTimeout(resolve, QUIET_FOR));
  });
}

export function play(bell: BellName): void {
  try {
    audio ??= new AudioContext();
  } catch {
    return; // A machine without sound stays silent.
  }
  void audio.resume();
  for (const [index, pitch] of BELLS[bell].entries()) {
    const begins = audio.currentTime + index * 0.14;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, begins);
    volume.gain.linearRampToValueAtTime(0.06, begins + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0005, begins + 0.3);
    tone.connect(volume).connect(audio.destination);
    tone.start(begins);
    tone.stop(begins + 0.32);
  }
}
