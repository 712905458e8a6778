"""What happens in a conversation besides messages, as a bot's handlers get it."""

from uuid import UUID

from msgspec import Struct

from frontdesk_bot.protocol.values import Sender


class Event(Struct, frozen=True, kw_only=True):
    """Never given itself: something that happened in a conversation."""

    conversation_id: UUID


class Edited(Event, frozen=True, kw_only=True):
    """The visitor put a new text in place of a message that the bot has begun to answer already."""

    message_id: UUID
    text: str
    sender: Sender


class Deleted(Event, frozen=True, kw_only=True):
    """The visitor took a message back that the bot has begun to answer already."""

    message_id: UUID
    sender: Sender


class Ended(Event, frozen=True, kw_only=True):
    """The conversation was closed; a later word of the visitor opens it again."""

    reason: str
