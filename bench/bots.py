"""Measures what Frontdesk adds between a visitor's word, a bot's handler and the answer; results in bench/results.

The floor is the same talk over a gateway that does only what no chat over Valkey can do without, with a bot that is
nothing but a loop over the same socket library.
"""

import argparse
import asyncio
import os
import time
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from bench.__main__ import fdatasync_ms
from bench.cpu import Meter, pin
from bench.generator import Helper
from bench.report import Goal, Rounds, table, write
from bench.scene import UNLIMITED, Cores, socket_of
from bench.ticks import Ticks
from bench.wire import Wire, wire
from server.core.ids import uuid7
from server.core.progress import Progress
from server.protocol import client_frames as say
from server.protocol.values import PROTOCOL
from tests.machines import connected, first_answers
from tests.people import Visitor, eventually
from tests.servers import Databases, House, Organization, free_port

RATE, SECONDS, VISITORS, PATIENCE = 200, 8.0, 40, 20.0
SETTINGS = UNLIMITED | {"FRONTDESK_BOT_RATE": "100000"}
GOALS = (
    Goal(
        f"visitor's word to the answer at {RATE}/s, p50 (gate: + two fdatasync)",
        "bots",
        "there_and_back_p50_ms",
        "ms",
        5,
    ),
    Goal(f"visitor's word to the answer at {RATE}/s, p99", "bots", "there_and_back_p99_ms", "ms"),
    Goal("… of it to the handler, p50", "bots", "to_handler_p50_ms", "ms"),
    Goal("… of it to the handler, p99", "bots", "to_handler_p99_ms", "ms"),
    Goal("… of it back to the visitor, p50", "bots", "back_p50_ms", "ms"),
    Goal("… of it back to the visitor, p99", "bots", "back_p99_ms", "ms"),
    Goal("the bot's process, an answer", "bots", "bot_us", "µs"),
    Goal("one fdatasync", "disk", "fdatasync_ms", "ms"),
)


class Heard(NamedTuple):
    """When a word was due, reached the handler, and was answered."""

    due: float
    at_handler: float
    answered: float


class Seat:
    """One visitor's socket; an answer says which word it answers, and when the handler got it."""

    def __init__(self, conversation_id: UUID) -> None:
        self.conversation_id = conversation_id
        self.greeted = asyncio.Event()
        self.heard: list[Heard] = []
        self.due: dict[int, float] = {}
        self._wire: Wire

    async def open(self, url: str, hello: str) -> None:
        """Connect and wait for the welcome."""
        self._wire = await wire(url, self._hear)
        self._wire.send(hello.encode())
        await asyncio.wait_for(self.greeted.wait(), PATIENCE)

    def send(self, frame: Any) -> None:
        """Send a frame."""
        self._wire.send(frame if isinstance(frame, bytes) else msgspec.json.encode(frame))

    def post(self, number: int, due: float) -> None:
        """Say a number."""
        self.due[number] = due
        self.send(say.PostMessage(uuid7(), self.conversation_id, f"word {number}"))

    def _hear(self, data: bytes) -> None:
        if b'"type":"welcome"' in data:
            self.greeted.set()
        elif b'"type":"ping"' in data:
            self.send(say.Pong())
        elif b'"body":"answer ' in data:
            _, number, at = data.partition(b'"body":"')[2].partition(b'"')[0].split()
            due = self.due.pop(int(number), None)
            if due is not None:
                self.heard.append(Heard(due, float(at), time.monotonic()))


async def steady(seats: list[Seat], bot: Helper, rate: float, seconds: float) -> dict[str, float]:
    """So many words a second, one visitor after the other, measured from when each was due."""
    meter = Meter({"bot": bot.pid})
    before = meter.read()
    for seat in seats:
        seat.heard.clear()
    over, total, sent = asyncio.Event(), int(rate * seconds), 0

    def due(ticks: int) -> None:
        nonlocal sent
        for _ in range(min(ticks, total - sent)):
            sent += 1
            seats[sent % len(seats)].post(sent, clock.began + sent / rate)
        if sent == total:
            over.set()

    clock = Ticks(rate, due)
    try:
        await over.wait()
    finally:
        clock.close()
    await eventually(partial(_all_answered, seats), patience=PATIENCE)
    heard = [each for seat in seats for each in seat.heard]
    return {
        **_shares("there_and_back", [each.answered - each.due for each in heard]),
        **_shares("to_handler", [each.at_handler - each.due for each in heard]),
        **_shares("back", [each.answered - each.at_handler for each in heard]),
        "bot_us": meter.since(before)["bot"] * 1e6 / total,
    }


async def _all_answered(seats: list[Seat]) -> bool:
    return not any(seat.due for seat in seats)


def _shares(name: str, seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    at = {"p50": len(ordered) // 2, "p99": len(ordered) * 99 // 100}
    return {f"{name}_{share}_ms": ordered[place] * 1000 for share, place in at.items()}


async def product_seats(org: Organization, bot_id: UUID) -> list[Seat]:
    """Visitors whose conversations the bot holds."""
    await connected(org, bot_id)
    seats = []
    for _ in range(VISITORS):
        visitor = Visitor(org)
        credentials = await visitor.credentials()
        seat = Seat(uuid7())
        await seat.open(org.house.url(), msgspec.json.encode(say.Hello(PROTOCOL, credentials)).decode())
        seat.send(say.StartConversation(seat.conversation_id))
        seats.append(seat)
    return seats


async def floor_seats(url: str, conversations: list[UUID]) -> list[Seat]:
    """Visitors of the floor, who hear everything of their conversation."""
    seats = []
    for conversation_id in conversations:
        seat = Seat(conversation_id)
        await seat.open(url, '{"type":"hello","mode":"stack"}')
        seat.send(b'{"type":"watch","resume":[{"conversation_id":"%s"}]}' % str(conversation_id).encode())
        seats.append(seat)
    return seats


async def run(rounds: int, seconds: float) -> Rounds:
    """Product and floor in turns, so that both meet the same weather."""
    made, progress, cores = Rounds(), Progress(rounds * 2, "bots"), Cores()
    databases = Databases(appendfsync="always", durable=True)
    async with AsyncExitStack() as stack:
        stack.callback(databases.stop)
        await databases.start()
        house = await stack.enter_async_context(House(databases, webs=1, workers=1, **SETTINGS))
        pin(house.webs[0].pid, cores.gateway)
        org = await house.organization()
        bot_id = await first_answers(org)
        conversations, port = [uuid7() for _ in range(VISITORS)], free_port()

        async def helper(module: str, *arguments: str) -> Helper:
            made = await Helper.start(module, *arguments, cores=cores.gateway if "gateway" in module else None)
            stack.push_async_callback(made.stop)
            await made.ready()
            return made

        await helper("bench.floor_gateway", str(port), socket_of(databases))
        floor_url = f"http://127.0.0.1:{port}"
        bots = {}
        bots["floor"] = await helper(
            "bench.bots_answer", "floor", f"ws://127.0.0.1:{port}/ws", *map(str, conversations)
        )
        bots["product"] = await helper("bench.bots_answer", "product", house.url(), org.bot_token)
        sides = {
            "product": await product_seats(org, bot_id),
            "floor": await floor_seats(floor_url, conversations),
        }
        for side, seats in sides.items():
            # The first words meet conversations that nobody has read yet.
            await steady(seats, bots[side], RATE / 4, 2.0)
        for number in range(1, rounds + 1):
            made.add("disk", "product", {"fdatasync_ms": fdatasync_ms()})
            for side, seats in sides.items():
                progress.show(f"round {number}: {side}")
                made.add("bots", side, await steady(seats, bots[side], RATE, seconds))
                progress.step(f"round {number}: {side}")
    return made


async def main() -> None:
    """Read the command line, measure, write and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.bots", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one short round, to see that it runs; nothing is written")
    asked = parser.parse_args()
    busy = f"{os.getloadavg()[0]:.1f} (what else the machine was doing)"
    made = await run(1 if asked.quick else asked.rounds, 2.0 if asked.quick else SECONDS)
    facts = {"load before": busy, "rounds": asked.rounds, "seconds of each": SECONDS, "cores of each": Cores().told()}
    print(table(made, GOALS) if asked.quick else write("bots", "python -m bench.bots", made, facts, GOALS))


if __name__ == "__main__":
    asyncio.run(main())
