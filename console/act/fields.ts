/** Where a person types: there, keys are letters, and the focus is left alone. */
export const FIELDS = "input:not([type=checkbox], [type=radio], [type=range], [type=file], [type=color]), textarea, select, [contenteditable]";
