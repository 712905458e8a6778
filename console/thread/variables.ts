/** What a canned response leaves open, filled in from the conversation that it is used in. */

export interface Around {
  readonly contact_name: string;
  readonly contact_email: string;
  readonly agent_name: string;
  readonly organization_name: string;
}

const firstOf = (name: string): string => name.trim().split(/\s+/)[0] ?? "";

const VARIABLES: Readonly<Record<string, (around: Around) => string>> = {
  "contact.name": (around) => around.contact_name,
  "contact.first_name": (around) => firstOf(around.contact_name),
  "contact.email": (around) => around.contact_email,
  "agent.name": (around) => around.agent_name,
  "agent.first_name": (around) => firstOf(around.agent_name),
  "organization.name": (around) => around.organization_name,
};

export const VARIABLE_NAMES = Object.keys(VARIABLES);

/** `{{contact.first_name}}`, or `{{contact.first_name|there}}` for whoever has no name; what nobody knows stays as it is. */
export function fill(content: string, around: Around): string {
  return content.replace(/([ \t]?)\{\{\s*([a-z_.]+)\s*(?:\|([^{}]*))?\}\}/g, (found, space: string, name: string, otherwise?: string) => {
    const value = VARIABLES[name]?.(around);
    if (value === undefined) return found;
    const told = value.trim() || (otherwise ?? "").trim();
    // Nothing leaves no gap: "Hello {{contact.name}}," becomes "Hello,".
    return told === "" ? "" : space + told;
  });
}
