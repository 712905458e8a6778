/** How a visitor feels, in words; the cut between moods is the same wherever they are told. */

const CUT = 0.25;

const FEELINGS: Readonly<Record<string, string>> = { joy: "Glad", anger: "Angry", sadness: "Sad", fear: "Worried", surprise: "Surprised" };

export type Mood = "good" | "bad" | "even";

export const moodOf = (sentiment: number): Mood => (sentiment > CUT ? "good" : sentiment < -CUT ? "bad" : "even");

const MOODS: Readonly<Record<Mood, string>> = { good: "In a good mood", bad: "In a bad mood", even: "Matter-of-fact" };

/** "Angry", or the mood where there is no feeling in it. */
export const feelingOf = (emotion: string, sentiment: number): string => FEELINGS[emotion] ?? MOODS[moodOf(sentiment)];

/** "German", or the code where the browser knows no name for it. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** "83 %", which no line is broken in. */
export const shareOf = (share: number): string => `${Math.round(share * 100)}\u00a0%`;
