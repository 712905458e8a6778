/** What bots are for, and why they give up, in words. */

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

const REASONS: Readonly<Record<string, string>> = {
  low_confidence: "unsure",
  user_request: "asked for a person",
  keyword: "a word for people",
  sentiment: "unhappy",
  tool_failure: "something failed",
  no_answer: "no answer",
  transfer: "passed on",
  timeout: "too slow",
  policy: "not for bots",
};

export const reasonLabel = (reason: string): string => REASONS[reason] ?? reason;
