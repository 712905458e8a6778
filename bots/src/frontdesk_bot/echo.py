"""The first bot to run: it says what it hears. `BOT_URL=… BOT_TOKEN=… python -m frontdesk_bot.echo`."""

import logging
import os
import sys

from frontdesk_bot import Bot, Stopped, Turn


async def echo(turn: Turn) -> None:
    """Say it again."""
    await turn.reply(f"You said: {turn.text}")


def main() -> int:
    """Run until somebody stops it."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        url, token = os.environ["BOT_URL"], os.environ["BOT_TOKEN"]
    except KeyError as missing:
        print(f"set {missing.args[0]}: BOT_URL is where Frontdesk is, BOT_TOKEN the bot's token", file=sys.stderr)  # noqa: T201
        return 2
    bot = Bot(url, token)
    bot.on_message(echo)
    try:
        bot.run()
    except Stopped as stopped:
        print(f"stopped: {stopped}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
