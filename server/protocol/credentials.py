"""With what a client shows who it is."""

from typing import Annotated

from msgspec import Meta, Struct

Token = Annotated[str, Meta(max_length=2000)]


class AsVisitor(Struct, frozen=True, tag_field="kind", tag="visitor", omit_defaults=True):
    """A visitor shows the channel's public key and the token that the server signed for it."""

    widget_key: Token
    token: Token


class AsMember(Struct, frozen=True, tag_field="kind", tag="member", omit_defaults=True):
    """A member shows a ticket, good once and for 30 seconds, got over REST with the session cookie."""

    ticket: Token


class AsBot(Struct, frozen=True, tag_field="kind", tag="bot", omit_defaults=True):
    """A bot shows its token and says how many conversations it can hold."""

    token: Token
    capacity: Annotated[int, Meta(ge=1, le=10_000)] = 100
