/** A chat with a bot that no visitor and no list sees: what it says, how sure it is, and what it took. */

import { useEffect, useRef, useState } from "preact/hooks";
import { askBot, type BotAnswer, type ConfiguredBot } from "../../api/people.ts";
import { Markdown } from "../../articles/Markdown.tsx";
import { spanOf } from "../../shared/ages.ts";
import { shareOf } from "../../shared/moods.ts";
import { Blank } from "../../shared/Blank.tsx";
import { Button } from "../../shared/Button.tsx";
import { toldOf } from "../../shared/words.ts";

interface Said {
  readonly question: string;
  readonly answer: BotAnswer | null;
  readonly trouble: string;
}

const REMEMBERED = 50;

export function TestChat({ bot, onLook }: { bot: ConfiguredBot; onLook: () => void }) {
  const [said, setSaid] = useState<readonly Said[]>([]);
  const [text, setText] = useState("");
  const end = useRef<HTMLDivElement>(null);
  const is_waiting = said.some(({ answer, trouble }) => answer === null && trouble === "");
  useEffect(() => end.current?.scrollIntoView({ block: "nearest" }), [said]);
  async function ask(question: string): Promise<void> {
    const history = said.flatMap(({ question: before, answer }) =>
      answer === null || answer.body === "" ? [] : [{ by: "contact" as const, body: before }, { by: "bot" as const, body: answer.body }],
    );
    setSaid([...said, { question, answer: null, trouble: "" }]);
    setText("");
    const told = (last: Partial<Said>): void => setSaid((known) => known.map((each, at) => (at === known.length - 1 ? { ...each, ...last } : each)));
    try {
      told({ answer: await askBot({ agent_id: bot.id, message: question, history: history.slice(-REMEMBERED) }) });
    } catch (error) {
      told({ trouble: toldOf(error) });
      onLook();
    }
  }
  return (
    <section class="trying" aria-label="Try it">
      <header>
        <h2>Try it</h2>
        {said.length > 0 && !is_waiting && <Button onClick={() => setSaid([])}>Begin anew</Button>}
      </header>
      <div class="said" role="log" aria-label="What was asked and answered" tabIndex={0}>
        {said.length === 0 && (bot.is_connected ? <p class="hint">Ask what a visitor might. Nobody else sees it, and nothing of it is kept.</p> : <HowToConnect onLook={onLook} />)}
        {said.map((each, at) => (
          <div key={at} class="exchange">
            <p class="asked" dir="auto">{each.question}</p>
            {each.answer !== null && <Answered answer={each.answer} />}
            {each.trouble !== "" && <p class="trouble" role="alert">{each.trouble}</p>}
            {each.answer === null && each.trouble === "" && <p class="hint" role="status">The bot is thinking …</p>}
          </div>
        ))}
        <div ref={end} />
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "" && !is_waiting) void ask(text.trim());
        }}
      >
        <div class="field">
          <input aria-label="Your question" dir="auto" maxLength={8000} placeholder="How do I return a plant?" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </div>
        <Button kind="primary" type="submit" is_disabled={text.trim() === "" || is_waiting}>Ask</Button>
      </form>
    </section>
  );
}

function HowToConnect({ onLook }: { onLook: () => void }) {
  return (
    <Blank glyph="bot" title="It is not connected" told="A bot is a program of yours. Start it with the address of this console and its token; “New token” above gives you one.">
      <pre><code>{`BOT_URL=${location.origin} BOT_TOKEN=fdb_… \\\n  python -m frontdesk_bot.knowledge`}</code></pre>
      <Button onClick={onLook}>Look again</Button>
    </Blank>
  );
}

function Answered({ answer }: { answer: BotAnswer }) {
  const tokens = answer.tokens_in + answer.tokens_out;
  const facts = [
    answer.confidence !== null && `${shareOf(answer.confidence)} sure`,
    spanOf(answer.ms),
    tokens > 0 && `${tokens.toLocaleString("en")} tokens`,
    answer.model,
    answer.intent,
    answer.tools_used.join(", "),
  ].filter((each) => each !== false && each !== "");
  return (
    <div class="answered">
      {answer.body !== "" && <div dir="auto"><Markdown text={answer.body} /></div>}
      {answer.hand_off !== null && <p class="away">It asks people in: <bdi>{answer.reason || answer.hand_off.replaceAll("_", " ")}</bdi></p>}
      {answer.body === "" && answer.hand_off === null && <p class="hint">It says nothing to that.</p>}
      {answer.citations.length > 0 && (
        <ul class="sources" aria-label="Answered from">
          {answer.citations.map((each, at) => <li key={at}><bdi>{each.heading ? `${each.title}: ${each.heading}` : each.title}</bdi></li>)}
        </ul>
      )}
      <p class="facts">{facts.join(" · ")}</p>
    </div>
  );
}
