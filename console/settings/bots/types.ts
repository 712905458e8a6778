/** What bots are for, in words. */

import type { Bot } from "../../api/people.ts";

export const TYPES = [
  { value: "support", label: "Support" },
  { value: "triage", label: "Triage" },
  { value: "sales", label: "Sales" },
  { value: "billing", label: "Billing" },
  { value: "technical", label: "Technical" },
  { value: "product", label: "Product" },
  { value: "custom", label: "Something else" },
] as const satisfies readonly { value: Bot["type"]; label: string }[];

export const typeLabel = (type: Bot["type"]): string => TYPES.find(({ value }) => value === type)?.label ?? type;
