"""The content of messages: who may send which, and whether a visitor's answer is one that was asked for."""

import math
import re
from datetime import date
from uuid import UUID

import msgspec

from server.core.auth import Actor
from server.core.db import Db
from server.core.errors import Forbidden, Invalid, NotFound
from server.core.ids import uuid7_from, uuid7_ms
from server.core.sql import load
from server.domain.chat.history import History, Viewer
from server.protocol.client_frames import PostMessage
from server.protocol.codes import RefusalCode
from server.protocol.content import Content, ContentForm, ContentReply, FormField
from server.protocol.entries import AnyEntry, MessagePosted
from server.protocol.values import Position

sql = load(__file__)

_EMAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+")
# What is not stored yet stands among the last lines.
RECENT = 50


def submission_id(form_message_id: UUID, contact_id: UUID) -> UUID:
    """The id of the message with which a visitor fills in a form: the same from every tab, so that it is said once.

    The time of the form's message; and of the 74 bits behind it, those in which the two ids differ.
    """
    return uuid7_from(uuid7_ms(form_message_id), _random(form_message_id) ^ _random(contact_id))


def _random(entry_id: UUID) -> int:
    return (entry_id.int >> 64 & 0xFFF) << 62 | entry_id.int & (1 << 62) - 1


def check_content(actor: Actor, content: Content, *, is_internal: bool) -> None:
    """Refuse what this actor may not show, and a form that nobody could fill in."""
    is_shown = bool(content.quick_replies or content.cards or content.form)
    if is_internal or is_shown in {actor.kind == "contact", content.reply is not None}:
        raise Forbidden("content is what the team shows a visitor, or how the visitor answers it")
    if content.form is not None:
        names = [each.name for each in content.form.fields]
        if len({*names}) < len(names):
            raise Invalid("two fields of the form have one name", field="content")
        if any((each.type == "choice") != bool(each.choices) for each in content.form.fields):
            raise Invalid("a field has choices, or its type is another one", field="content")


async def completed(db: Db, history: History, actor: Actor, frame: PostMessage) -> PostMessage:
    """A visitor's answer as it was asked for, with the text that says the same; refuses any other."""
    assert frame.content is not None
    assert frame.content.reply is not None
    reply = frame.content.reply
    shown = await _shown(db, history, actor, frame.conversation_id, reply.message_id)
    if shown is None:
        raise NotFound("there is no such message to answer")
    if reply.payload is not None:
        tapped = next((q for q in shown.quick_replies if (q.label, q.payload) == (frame.body, reply.payload)), None)
        if tapped is None or reply.values:
            raise Invalid("this answer was not among those to tap", field="content")
        return frame
    if shown.form is None:
        raise Invalid("the message has no form", field="content")
    if frame.id != submission_id(reply.message_id, actor.id):
        raise Invalid("a form has one answer, whose id is made of both", code=RefusalCode.BAD_ID)
    values = checked(shown.form, reply)
    content = Content(reply=ContentReply(reply.message_id, values=values))
    return msgspec.structs.replace(frame, body=in_words(shown.form, values), content=content)


async def _shown(db: Db, history: History, actor: Actor, conversation_id: UUID, message_id: UUID) -> Content | None:
    """What a message of the visitor's conversation shows beside its text, stored or not yet."""
    async with db.scope(actor.org_id) as tx:
        found = await tx.value(sql.message_content, conversation_id=conversation_id, id=message_id, contact_id=actor.id)
    if found is not None:
        return msgspec.convert(found, Content)
    newest = Position(2**31 - 1, 2**53 - 1)
    for each in await history.before(Viewer(actor.org_id, actor.id), conversation_id, newest, RECENT):
        entry = msgspec.json.decode(each.json, type=AnyEntry)
        if isinstance(entry, MessagePosted) and entry.id == message_id:
            return entry.content
    return None


def checked(form: ContentForm, reply: ContentReply) -> dict[str, str]:
    """The values that were given, in the order of the form; refuses what it does not ask for."""
    unknown = reply.values.keys() - {each.name for each in form.fields}
    if unknown:
        raise Invalid(f"the form does not ask for {min(unknown)}", field="content")
    found = {}
    for field in form.fields:
        value = reply.values.get(field.name, "").strip()
        if value:
            _check(field, value)
            found[field.name] = value
        elif field.is_required:
            raise Invalid(f"{field.label} is missing", field=field.name)
    if not found:
        raise Invalid("nothing was filled in", field="content")
    return found


def in_words(form: ContentForm, values: dict[str, str]) -> str:
    """What was filled in, one line each."""
    return "\n".join(f"{each.label}: {values[each.name]}" for each in form.fields if each.name in values)[:8000]


def _check(field: FormField, value: str) -> None:
    match field.type:
        case "text":
            is_good = len(value) <= field.max_length
        case "email":
            is_good = len(value) <= 254 and _EMAIL.fullmatch(value) is not None
        case "number":
            is_good = _is_number(value)
        case "choice":
            is_good = value in field.choices
        case "date":
            is_good = _is_date(value)
    if not is_good:
        raise Invalid(f"{field.label} is not as it was asked for", field=field.name)


def _is_number(value: str) -> bool:
    try:
        return len(value) <= 40 and value.isascii() and "_" not in value and math.isfinite(float(value))
    except ValueError:
        return False


def _is_date(value: str) -> bool:
    try:
        return len(value) == len("2026-11-22") and date.fromisoformat(value) is not None
    except ValueError:
        return False
