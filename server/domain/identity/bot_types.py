"""Bots as the office sees them, and the rows that its statements give."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from server.core.text import Name
from server.protocol.agent_values import BotConfiguration, BotHealth
from server.protocol.values import BotType, HandoffReason


class NewBot(Struct, frozen=True):
    """A machine that gets a seat."""

    name: Name
    instructions: Annotated[str, Meta(max_length=20_000)] = ""
    type: BotType = "support"
    description: Annotated[str, Meta(max_length=1000)] = ""


class BotFailure(Struct, frozen=True):
    """When a bot last left somebody without an answer, and why; `reason` in its own words, where it gave up itself."""

    at: int
    reason_code: HandoffReason
    reason: str


class BotConnection(Struct, frozen=True):
    """A socket of a bot's: on which node, and since when."""

    node: str
    since: int


class BotRow(Struct, frozen=True):
    """A bot as Postgres knows it."""

    id: UUID
    configuration: BotConfiguration
    is_connected: bool
    capacity: float
    load: float
    health: BotHealth
    seen_at: int | None
    retry_at: int | None
    recent_answers: int
    recent_failures: int
    last_failure: BotFailure | None

    def edited(self) -> BotConfiguration:
        """What people change of it; its tools are changed by themselves."""
        return msgspec.structs.replace(self.configuration, tools=[])


class ConfiguredBot(BotRow, frozen=True):
    """A bot with its configuration, whether it is there and fares well, and how much it carries of what it can.

    `seen_at` is when it came, or went, and `connections` are where it is. From `retry_at` on one conversation may try
    it. `recent_failures` are those among `recent_answers`, which are counted from its first failure on until it is well
    again.
    """

    connections: list[BotConnection]


class Bot(Struct, frozen=True):
    """A machine with a seat."""

    id: UUID
    name: str
    type: BotType
    description: str
    instructions: str
    created_at: int
    last_used_at: int | None
    health: BotHealth = BotHealth()
