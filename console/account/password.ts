/** What a new password has to be; the server has the last word. */

export const PASSWORD_LEAST = 10;
export const PASSWORD_HINT = "At least 10 characters. A short sentence is easier to remember than a riddle.";
