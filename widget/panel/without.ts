/**
 * Stands in the panel for files that only the console needs: client/ui/english.ts, since the server puts the visitor's
 * language into the page, also English; and client/ui/more.ts.
 */

export const english = {};
export const more = {};
