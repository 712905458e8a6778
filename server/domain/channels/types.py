"""Channels, and a visitor's session in one."""

from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

# A key is public: it stands in the shop's page. Its alphabet keeps it whole in URLs, attributes and logs.
WIDGET_KEY = r"^[A-Za-z0-9_-]{8,64}\Z"
WidgetKey = Annotated[str, Meta(pattern=WIDGET_KEY)]


class ChannelRow(Struct, frozen=True):
    """A channel as the look-up by its widget key gives it."""

    org_id: UUID
    channel_id: UUID
    name: str
    is_active: bool
    allowed_origins: list[str] | None
    widget_config: Any


class Channel(Struct, frozen=True):
    """A web widget that is open for visitors."""

    org_id: UUID
    id: UUID
    name: str
    organization_name: str
    is_active: bool
    # Plain origins only, in lower case.
    allowed_origins: tuple[str, ...]
    greeting: str = ""


class NewWidget(Struct, frozen=True):
    """A web widget to be opened, and the pages that may show it."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    allowed_origins: Annotated[list[str], Meta(max_length=100)] = []
    greeting: Annotated[str, Meta(max_length=500)] = ""
    widget_key: WidgetKey | None = None


class OpenSession(Struct, frozen=True):
    """A visitor opens the widget, with the token of the last visit if there was one."""

    widget_key: WidgetKey
    token: Annotated[str, Meta(max_length=2000)] | None = None


class VisitorSession(Struct, frozen=True):
    """What a visitor's browser needs to talk: who it is from now on, and whom it talks to."""

    token: str
    expires_at: int
    contact_id: UUID
    organization_name: str
    channel_name: str
    greeting: str
    server_time: int
