"""What is understood of a message, and the intents that an organization teaches."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from server.core.text import Name
from server.protocol.values import Priority

Emotion = Literal["neutral", "joy", "anger", "sadness", "fear", "surprise"]
Level = Literal["low", "medium", "high", "critical"]
Description = Annotated[str, Meta(max_length=1000)]
Example = Annotated[str, Meta(min_length=1, max_length=300)]
Examples = Annotated[list[Example], Meta(min_length=1, max_length=50)]


class Reading(Struct, frozen=True):
    """What is understood of a text. Confidences are 0 to 1; `sentiment` is -1 to 1, and neutral from -0.25 to 0.25.

    `intent` is empty where none of the company's is likely to be meant; `nearest_intent` says which came closest, and
    `intent_confidence` is about that.
    """

    language: str
    language_confidence: float
    sentiment: float
    emotion: Emotion
    emotion_confidence: float
    urgency: Level
    urgency_confidence: float
    intent: str
    intent_confidence: float
    nearest_intent: str


class Intent(Struct, frozen=True):
    """Something that visitors want, and how they say it."""

    id: UUID
    name: str
    description: str | None
    examples: list[str]
    # What its conversations are about, and how urgent they are, until somebody says otherwise.
    interaction_type_id: UUID | None
    priority: int | None
    is_active: bool


class NewIntent(Struct, frozen=True):
    """An intent to be made; it is known from its examples, of which four or more in any languages are good.

    A conversation gets `interaction_type_id` and `priority` where nobody has said yet what is so.
    """

    name: Name
    examples: Examples
    description: Description | None = None
    interaction_type_id: UUID | None = None
    priority: Priority | None = None
    is_active: bool = True


class ChangeIntent(Struct, frozen=True):
    """What is to be different about an intent; what is left out stays."""

    name: Name | UnsetType = UNSET
    examples: Examples | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    interaction_type_id: UUID | UnsetType | None = UNSET
    priority: Priority | UnsetType | None = UNSET
    is_active: bool | UnsetType = UNSET


class TaughtIntent(Struct, frozen=True):
    """An intent that is looked for."""

    name: str
    examples: list[str]


class ToUnderstand(Struct, frozen=True):
    """A visitor's message that is new, or was edited since it was understood."""

    id: UUID
    conversation_id: UUID
    body: str
    edited_at: datetime | None
    locale: str
