/** What a story is told from outside, and how it tells its steps. */

/** @param {string} name */
export function given(name) {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is missing: start the servers and say where they are`);
  return value;
}

/** Each step says what is so, and how long it took; one that is not so ends the story with its own words. */
export function stepper() {
  /**
   * @param {string} told
   * @param {() => Promise<void>} act
   */
  return async (told, act) => {
    const begun = performance.now();
    try {
      await act();
    } catch (error) {
      throw new Error(`it is not so that ${told}`, { cause: error });
    }
    console.log(`${told} (${Math.round(performance.now() - begun)} ms)`);
  };
}
