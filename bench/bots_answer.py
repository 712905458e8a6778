"""The bots of the bench: the library's, and for the floor a bare loop over the same sockets."""

import asyncio
import sys
import time

import msgspec
import uvloop
from websockets.asyncio.client import connect

from bench.load_frames import CONVERSATION
from frontdesk_bot import Bot, Turn
from server.core.ids import uuid7
from server.protocol.client_frames import PostMessage


async def product(url: str, token: str) -> None:
    """Answers each word with its number, and with when the handler got it."""
    bot = Bot(url, token)

    @bot.on_message
    async def answer(turn: Turn) -> None:
        await turn.reply(f"answer {turn.text.split()[1]} {time.monotonic()}")

    await bot.serve()


async def floor(url: str, *conversations: str) -> None:
    """The same without order, outbox, resume and marks."""
    async with connect(url, compression=None, ping_interval=None) as socket:
        await socket.send('{"type":"hello","mode":"stack"}')
        watched = [{"conversation_id": each} for each in conversations]
        await socket.send(msgspec.json.encode({"type": "watch", "resume": watched}).decode())
        async for frame in socket:
            data = frame if isinstance(frame, bytes) else frame.encode()
            word = data.partition(b'"body":"word ')[2].partition(b'"')[0]
            if word:
                body = f"answer {int(word)} {time.monotonic()}"
                post = PostMessage(uuid7(), data[CONVERSATION].decode(), body)  # type: ignore[arg-type]
                await socket.send(msgspec.json.encode(post).decode())


async def main() -> None:
    """Answer until the parent ends it."""
    side, *arguments = sys.argv[1:]
    print("ready", flush=True)
    await (product if side == "product" else floor)(*arguments)


if __name__ == "__main__":
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    asyncio.run(main())
