/** The words of the catalogue: what a type belongs to, and how hard it is. */

import type { InteractionType } from "../../api/interactions.ts";

export const CATEGORIES: readonly { readonly value: InteractionType["category"]; readonly label: string }[] = [
  { value: "billing", label: "Billing" },
  { value: "account", label: "Account" },
  { value: "technical", label: "Technical" },
  { value: "sales", label: "Sales" },
  { value: "support", label: "Support" },
];

export const COMPLEXITIES: readonly { readonly value: InteractionType["complexity"]; readonly label: string }[] = [
  { value: "low", label: "Low" },
  { value: "medium", label: "Medium" },
  { value: "high", label: "High" },
  { value: "critical", label: "Critical" },
];

export const categoryName = (category: InteractionType["category"]): string =>
  CATEGORIES.find(({ value }) => value === category)?.label ?? category;
