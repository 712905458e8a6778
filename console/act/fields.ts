/** Where a person types: there, keys are letters, and the focus is left alone. */
export const FIELDS = "input, textarea, select, [contenteditable]";
