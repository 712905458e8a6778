/** Where a visitor leaves an address, for when nobody is there or the visitor cannot wait. */

import { ask } from "../../client/src/ask.ts";
import { ApiError } from "../../client/src/errors.ts";
import { withName } from "../../client/ui/words.ts";
import style from "./email.css?inline";
import type { Props } from "./Panel.tsx";
import { wear } from "./parts.ts";
import { words } from "./words.ts";

wear(style);

export function Email({ view, acts }: Props) {
  const { state, address, trouble } = view.email;
  const give = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement).get("email");
    acts.giveEmail(String(given).trim());
  };
  if (state === "given") {
    return (
      <p class="given" role="status">
        {withName(words.email_saved, address)}
      </p>
    );
  }
  return (
    <form class="email" noValidate onSubmit={give}>
      <label for="email">{words.email}</label>
      <p id="email-why">{words.email_why}</p>
      <div>
        <input
          ref={focus}
          id="email"
          name="email"
          type="email"
          dir="ltr"
          autoComplete="email"
          maxLength={254}
          required
          aria-invalid={trouble !== ""}
          aria-describedby={trouble === "" ? "email-why" : "email-trouble"}
        />
        <button type="submit">{words.email_save}</button>
      </div>
      {trouble !== "" && (
        <p id="email-trouble" class="failed" role="alert">
          {trouble}
        </p>
      )}
    </form>
  );
}

/** Tells what is wrong with the address, or nothing. */
export async function giveEmail(token: string, email: string): Promise<string> {
  try {
    await ask("POST", "/api/widget/email", { email }, { authorization: `Bearer ${token}` });
    return "";
  } catch (error) {
    return error instanceof ApiError && error.code === "invalid" ? words.email_wrong : words.try_later;
  }
}

const focus = (field: Element | null): void => (field as HTMLElement | null)?.focus();
