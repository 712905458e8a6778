/** Times as people read them. The widget takes the two parts by themselves, since it loads the second one later. */

export { clockTime, dayName, lasting, tellTimesIn } from "./clock.ts";
export { shortAge } from "./ages.ts";
