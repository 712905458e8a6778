"""What a message holds beside its text: answers to tap, cards, a form; and what a visitor tapped or filled in.

The text of the message says the same for whoever is shown nothing else.
"""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from .values import Value

Label = Annotated[str, Meta(min_length=1, max_length=80)]
Payload = Annotated[str, Meta(max_length=200)]
FieldName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\Z")]
FieldText = Annotated[str, Meta(max_length=1000)]
WebAddress = Annotated[str, Meta(max_length=2000, pattern=r"^https?://\S+\Z")]
# On this server: a picture from elsewhere would tell its server who looks, and no page of ours loads it.
OwnPicture = Annotated[str, Meta(max_length=500, pattern=r"^/(?!/)[A-Za-z0-9./?=&%_-]+\Z")]
FieldType = Literal["text", "email", "number", "choice", "date"]


class QuickReply(Value, frozen=True):
    """An answer that the visitor can tap: `label` becomes the visitor's message, `payload` is for the bot."""

    label: Label
    payload: Payload = ""


class LinkButton(Value, frozen=True):
    """A button that opens a page."""

    label: Label
    url: WebAddress


class ContentCard(Value, frozen=True):
    """Something to look at: a title, a few words, a picture of this server, buttons."""

    title: Annotated[str, Meta(min_length=1, max_length=120)]
    text: Annotated[str, Meta(max_length=500)] = ""
    image_url: OwnPicture | None = None
    buttons: Annotated[list[LinkButton], Meta(max_length=3)] = []


class FormField(Value, frozen=True):
    """One thing that is asked for; `choices` are for the type `choice`, `max_length` is for `text`."""

    name: FieldName
    label: Label
    type: FieldType = "text"
    is_required: bool = False
    max_length: Annotated[int, Meta(ge=1, le=1000)] = 200
    choices: Annotated[list[Label], Meta(max_length=20)] = []


class ContentForm(Value, frozen=True):
    """What the visitor is asked for; it can be filled in once."""

    fields: Annotated[list[FormField], Meta(min_length=1, max_length=10)]
    title: Annotated[str, Meta(max_length=120)] = ""
    submit_label: Annotated[str, Meta(max_length=40)] = ""


class ContentReply(Value, frozen=True):
    """What a visitor answered to the content of a message: the payload that was tapped, or the values of its form.

    A number is written in digits with a point, a date as 2026-11-22. The message that fills in a form has an id that is
    made of the form's message and the visitor: so it is sent once, from whichever tab.
    """

    message_id: UUID
    payload: Payload | None = None
    values: Annotated[dict[FieldName, FieldText], Meta(max_length=10)] = {}


class ShownContent(Value, frozen=True):
    """What the team and its bots show a visitor beside the text of a message."""

    quick_replies: Annotated[list[QuickReply], Meta(max_length=10)] = []
    cards: Annotated[list[ContentCard], Meta(max_length=10)] = []
    form: ContentForm | None = None


class Content(ShownContent, frozen=True):
    """What a message holds beside its text. `reply` is for visitors, and all else for the team and its bots."""

    reply: ContentReply | None = None
