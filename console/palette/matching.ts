/** Which of many things somebody means by a few letters. */

const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase();

/** How well a text fits the words: null for not at all; the lower, the better. */
export function fit(text: string, words: string): number | null {
  const [there, wanted] = [plain(text), plain(words.trim())];
  if (wanted === "") return 0;
  let worst = 0;
  for (const word of wanted.split(/\s+/)) {
    const at = there.indexOf(word);
    if (at < 0) return null;
    const begins_word = at === 0 || !/[\p{L}\p{N}]/u.test(there[at - 1] ?? "");
    worst = Math.max(worst, at === 0 ? 0 : begins_word ? 1 : 2);
  }
  return worst;
}

/** Those that fit, the best first; among equals the order stays. */
export function fitting<Item>(items: readonly Item[], words: string, textOf: (item: Item) => string, most = 50): readonly Item[] {
  return items
    .flatMap((item) => {
      const how = fit(textOf(item), words);
      return how === null ? [] : [{ item, how }];
    })
    .sort((a, b) => a.how - b.how)
    .slice(0, most)
    .map(({ item }) => item);
}
