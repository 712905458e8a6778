"""The first bot to run: it says what it hears. `BOT_URL=… BOT_TOKEN=… python -m frontdesk_bot.echo`."""

import logging
import os
import sys
from collections.abc import Callable

from frontdesk_bot.bot import Bot
from frontdesk_bot.link import Stopped
from frontdesk_bot.turn import Turn

MEANING = {
    "BOT_URL": "where Frontdesk is: https://chat.example.com",
    "MODEL_URL": "the base of a model server: https://api.openai.com/v1",
    "BOT_TOKEN": "the token of the bot, from Settings, Bots in the console",
}


async def echo(turn: Turn) -> None:
    """Say it again."""
    await turn.reply(f"You said: {turn.text}")


def echo_bot(url: str, token: str) -> Bot:
    """A bot that says what it hears."""
    bot = Bot(url, token)
    bot.on_message(echo)
    return bot


def start(make: Callable[..., Bot], *variables: str) -> int:
    """Run a bot that is made from these variables of the environment, until somebody stops it."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        bot = make(*(os.environ[name] for name in variables))
    except KeyError as missing:
        print(f"set {missing.args[0]}, {MEANING[missing.args[0]]}", file=sys.stderr)  # noqa: T201 - it talks to a terminal
        return 2
    try:
        bot.run()
    except Stopped as stopped:
        print(f"stopped: {stopped}", file=sys.stderr)  # noqa: T201 - it talks to a terminal
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(start(echo_bot, "BOT_URL", "BOT_TOKEN"))
