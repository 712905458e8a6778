/** How well somebody can do something, from least to most. */

import type { Skill } from "../../api/people.ts";

export const LEVELS: readonly { readonly value: Skill["level"]; readonly label: string }[] = [
  { value: "trainee", label: "Trainee" },
  { value: "junior", label: "Junior" },
  { value: "intermediate", label: "Intermediate" },
  { value: "senior", label: "Senior" },
  { value: "specialist", label: "Specialist" },
];
