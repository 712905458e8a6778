"""Rows about what bots suggest to people."""

from uuid import UUID

from msgspec import Struct


class MemberSuggestions(Struct, frozen=True):
    """What a member made of a bot's suggestions."""

    agent_id: UUID
    name: str
    accepted: int
    edited: int
    dismissed: int


class BotSuggestions(Struct, frozen=True):
    """What became of a bot's suggestions; `acceptance_rate` is the share of those that are not open which were sent.

    `members` are those who sent or dismissed some, by name; what nobody touched in time is `outdated`.
    """

    bot_id: UUID
    bot_name: str
    suggested: int
    open: int
    accepted: int
    edited: int
    dismissed: int
    outdated: int
    acceptance_rate: float | None
    members: list[MemberSuggestions]
