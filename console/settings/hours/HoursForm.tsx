/** The hours of one: a week, and the dates that are different. */

import { putHours, type Holiday, type Hours, type HoursPlan, type Whose } from "../../api/hours.ts";
import { Button, IconButton } from "../../shared/Button.tsx";
import { Choice, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { say } from "../../shared/toasts.tsx";
import { DAYS, saved, shown, usualPlan, withHoliday } from "./plan.ts";
import { SpansField } from "./SpansField.tsx";

interface Props {
  readonly whose: Whose;
  readonly hours: Hours;
  /** What a new plan begins with. */
  readonly timezone: string;
  readonly may_write: boolean;
}

export function HoursForm({ whose, hours, timezone, may_write }: Props) {
  const first = { mode: hours.plan === null ? "none" : "own", plan: shown(hours.plan ?? usualPlan(timezone)) };
  const form = useForm(first, ({ mode, plan }) => putHours(whose, { plan: mode === "own" ? saved(plan) : null }));
  const { mode, plan } = form.values;
  const set = (next: Partial<HoursPlan>): void => form.set("plan", { ...plan, ...next });
  const zones = [...new Set([plan.timezone, ...Intl.supportedValuesOf("timeZone")])];
  const without = whose.id === null ? "Always open: nobody says when you are there" : "The same as the organization";
  return (
    <fieldset class="bare hours" disabled={!may_write}>
      <Form form={form} save="Save the hours">
        <Choice label="Hours" value={mode} options={[{ value: "none", label: without }, { value: "own", label: "By these hours" }]} onValue={(value) => form.set("mode", value)} />
        {mode === "own" && (
          <>
            <Choice label="Time zone" value={plan.timezone} options={zones.map((value) => ({ value, label: value.replace(/_/g, " ") }))} onValue={(value) => set({ timezone: value })} hint="Visitors read these times by their own clock." />
            <Week plan={plan} onPlan={set} />
            <Holidays holidays={plan.holidays} onHolidays={(holidays) => set({ holidays })} />
          </>
        )}
      </Form>
    </fieldset>
  );
}

function Week({ plan, onPlan }: { plan: HoursPlan; onPlan: (plan: Partial<HoursPlan>) => void }) {
  const { weekly } = plan;
  return (
    <ul class="week" aria-label="The week">
      {DAYS.map((day, at) => {
        const spans = weekly[at] ?? [];
        return (
          <li key={day}>
            <strong>{day}</strong>
            <SpansField label={day} spans={spans} onSpans={(next) => onPlan({ weekly: weekly.map((each, index) => (index === at ? next : each)) })} />
            <IconButton
              glyph="copy"
              label={`Copy ${day} to all days`}
              onClick={() => {
                onPlan({ weekly: DAYS.map(() => spans) });
                say(`Every day is like ${day} now; nothing is saved yet.`, () => onPlan({ weekly }));
              }}
            />
          </li>
        );
      })}
    </ul>
  );
}

function Holidays({ holidays, onHolidays }: { holidays: readonly Holiday[]; onHolidays: (holidays: readonly Holiday[]) => void }) {
  const put = (at: number, next: Partial<Holiday>): void => onHolidays(holidays.map((each, index) => (index === at ? { ...each, ...next } : each)));
  return (
    <section class="holidays" aria-label="Holidays">
      <h2>Holidays and other dates</h2>
      {holidays.length === 0 && <p class="hint">On a date that you add here, its own times count, or you are closed.</p>}
      <ul>
        {holidays.map(({ date, name, spans }, at) => (
          <li key={at}>
            <input type="date" required aria-label={`Date ${at + 1}`} value={date} onInput={(event) => put(at, { date: event.currentTarget.value })} />
            <input aria-label={`Name of date ${at + 1}`} placeholder="Name" maxLength={80} dir="auto" value={name} onInput={(event) => put(at, { name: event.currentTarget.value })} />
            <SpansField label={name || date} spans={spans} onSpans={(next) => put(at, { spans: next })} />
            <IconButton glyph="trash" label={`Remove ${name || date}`} onClick={() => onHolidays(holidays.filter((_, index) => index !== at))} />
          </li>
        ))}
      </ul>
      <Button glyph="plus" onClick={() => onHolidays(withHoliday(holidays, new Date().toISOString().slice(0, 10)))}>Add a date</Button>
    </section>
  );
}
