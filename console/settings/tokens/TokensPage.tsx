/** API tokens: keys for programs, each with no more than it needs. */

import { useState } from "preact/hooks";
import { addToken, listTokens, removeToken, type ApiToken, type MadeToken, type Me } from "../../api/people.ts";
import { dateOf, longAge } from "../../shared/ages.ts";
import { Blank } from "../../shared/Blank.tsx";
import { Button } from "../../shared/Button.tsx";
import { Dialog } from "../../shared/Dialog.tsx";
import { Check, Choice, Field, Form, Several } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { Glyph } from "../../shared/Glyph.tsx";
import { Question } from "../../shared/Question.tsx";
import { useResource } from "../../shared/resource.ts";
import { say, sayTrouble } from "../../shared/toasts.tsx";
import { useNow } from "../../shared/useNow.ts";
import { counted, toldOf } from "../../shared/words.ts";
import { Frame, Loaded } from "../Frame.tsx";
import { ShownOnce } from "../ShownOnce.tsx";
import type { PageProps } from "../SettingsPage.tsx";

export function TokensPage({ desk }: PageProps) {
  const tokens = useResource(listTokens);
  const [is_adding, setAdding] = useState(false);
  const [asked, setAsked] = useState<ApiToken | null>(null);
  const [made, setMade] = useState<MadeToken | null>(null);
  const now = useNow();
  async function remove(token: ApiToken): Promise<void> {
    try {
      await removeToken(token.id);
      tokens.change((known) => known.filter(({ id }) => id !== token.id));
      say(`“${token.name}” opens nothing any more.`);
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  return (
    <Frame
      title="API tokens"
      told={<>Keys for programs that use the API in your name. What it can do is told at <a href="/api/docs" target="_blank" rel="noopener">/api/docs</a>.</>}
      actions={<Button kind="primary" glyph="plus" onClick={() => setAdding(true)}>New token</Button>}
      is_wide
    >
      <Loaded resource={tokens}>
        {(known) =>
          known.length === 0 ? (
            <Blank glyph="key" title="No tokens yet" told="Make one for each program, so that each can be ended alone." />
          ) : (
            <ul class="rows">
              {known.map((token) => (
                <li key={token.id}>
                  <span class="sign"><Glyph name="key" /></span>
                  <div class="what">
                    <strong><bdi>{token.name}</bdi></strong>
                    <span>
                      {token.scopes.length === 0 ? "Everything that you may do" : counted(token.scopes.length, "permission", "permissions")}
                      {" · "}
                      {token.last_used_at === null ? "never used" : `used ${longAge(token.last_used_at, now)}`}
                      {` · good until ${dateOf(token.expires_at)}`}
                    </span>
                  </div>
                  <Button onClick={() => setAsked(token)}>Revoke</Button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {asked !== null && (
        <Question label="Revoke this token?" keeps="Keep it" does="Revoke it" onClose={() => setAsked(null)} onYes={() => void remove(asked)}>
          Whatever uses <bdi>{asked.name}</bdi> is turned away at once, until you give it another one.
        </Question>
      )}
      {is_adding && (
        <NewToken
          me={desk.me}
          onClose={() => setAdding(false)}
          onMade={(token) => {
            setAdding(false);
            setMade(token);
            tokens.again();
          }}
        />
      )}
      {made !== null && <ShownOnce title="The token is ready" told="Send it as Authorization: Bearer. It is shown here only; nobody can look it up later." token={made.token} onClose={() => setMade(null)} />}
    </Frame>
  );
}

const ENDS = [
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
] as const;

function NewToken({ me, onClose, onMade }: { me: Me; onClose: () => void; onMade: (token: MadeToken) => void }) {
  const form = useForm({ name: "", is_all: true, scopes: [] as readonly string[], ends: "90" as (typeof ENDS)[number]["value"] }, async ({ name, is_all, scopes, ends }) => {
    onMade(await addToken({ name: name.trim(), scopes: is_all ? [] : scopes, expires_days: Number(ends) }));
  });
  const { values, set, troubleOf } = form;
  return (
    <Dialog label="New API token" onClose={onClose}>
      <Form form={form} save="Make the token" is_always>
        <Field label="Name" is_required is_first most={120} value={values.name} onValue={(value) => set("name", value)} trouble={troubleOf("name")} hint="The program that will use it." />
        <Choice label="It ends" value={values.ends} options={ENDS} onValue={(value) => set("ends", value)} />
        <Check label="It may do everything that I may" value={values.is_all} onValue={(value) => set("is_all", value)} />
        {!values.is_all && (
          <Several
            legend="It may"
            class="scopes"
            options={[...me.permissions].sort().map((id) => ({ id, label: <code>{id}</code> }))}
            chosen={values.scopes}
            onChosen={(scopes) => set("scopes", scopes)}
          />
        )}
      </Form>
    </Dialog>
  );
}
