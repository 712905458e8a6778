"""What happens in a conversation besides messages, as a bot's handlers get it."""

from uuid import UUID

from msgspec import Struct

from frontdesk_bot.protocol.values import Card, Sender


class Event(Struct, frozen=True, kw_only=True):
    """Never given itself: something that happened in a conversation."""

    conversation_id: UUID


class Held(Event, frozen=True, kw_only=True):
    """The bot holds the conversation from here on; the card says whose it is, and where it came from.

    `is_first` is true as long as the bot has said nothing there: the moment to greet.
    """

    card: Card
    is_first: bool


class Left(Event, frozen=True, kw_only=True):
    """The bot holds the conversation no longer: it was handed over, taken, given to somebody else, or closed."""


class Edited(Event, frozen=True, kw_only=True):
    """The visitor put a new text in place of a message that the bot has begun to answer already."""

    message_id: UUID
    text: str
    sender: Sender


class Deleted(Event, frozen=True, kw_only=True):
    """The visitor took a message back that the bot has begun to answer already."""

    message_id: UUID
    sender: Sender
