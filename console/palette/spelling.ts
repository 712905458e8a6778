/** How a tag is spelled, so that one word is one tag. */

/** The protocol's limit. */
export const LONGEST = 40;

export const spelled = (words: string): string => words.trim().replace(/\s+/g, " ").toLowerCase().slice(0, LONGEST);
