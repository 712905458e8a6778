"""Rows about what bots suggest to people."""

from uuid import UUID

from msgspec import Struct


class BotSuggestions(Struct, frozen=True):
    """What became of a bot's suggestions; `acceptance_rate` is the share of those that are not open which were sent."""

    bot_id: UUID
    bot_name: str
    suggested: int
    open: int
    accepted: int
    edited: int
    dismissed: int
    outdated: int
    acceptance_rate: float | None
