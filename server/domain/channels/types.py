"""Channels, and a visitor's session in one."""

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from server.core.endpoint import Cursor
from server.core.hours import HoursPlan
from server.core.text import Name
from server.domain.channels.appearance import Appearance, Face

# A key is public: it stands in the shop's page. Its alphabet keeps it whole in URLs, attributes and logs.
WIDGET_KEY = r"^[A-Za-z0-9_-]{8,64}\Z"
WidgetKey = Annotated[str, Meta(pattern=WIDGET_KEY)]
Origins = Annotated[list[Annotated[str, Meta(max_length=300)]], Meta(max_length=100)]


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
    appearance: Appearance = Appearance()
    # Its own hours, else the organization's.
    hours: HoursPlan | None = None


class Reception(Struct, frozen=True):
    """Who answers in a channel, and how soon."""

    team: list[Face]
    answers_within: int | None


class FaceRow(Struct, frozen=True):
    """Somebody of the team."""

    id: UUID
    name: str
    avatar_url: str


class NewWidget(Struct, frozen=True):
    """A web widget to be opened, and the pages that may show it."""

    name: Name
    allowed_origins: Origins = []
    greeting: Annotated[str, Meta(max_length=500)] = ""
    widget_key: WidgetKey | None = None


class IdentityKey(Struct, frozen=True):
    """A key by which the company signs who its visitors are; its secret is shown once, when it is made."""

    kid: UUID
    created_at: int


class ConfiguredChannel(Struct, frozen=True):
    """A channel, as those see it who set it up."""

    id: UUID
    kind: str
    name: str
    is_active: bool
    widget_key: str | None
    allowed_origins: list[str]
    appearance: Appearance
    identity_keys: list[IdentityKey]
    # The lines for the company's page, ready to be copied.
    snippet: str
    # How much of an agent's max_load one conversation takes.
    load_weight: float
    # Whose queue new conversations join; without one the organization's own.
    default_team_id: UUID | None
    # The bot that holds new conversations first, while it is connected and has room.
    default_bot_id: UUID | None
    # The bots that may answer here; with none named all may.
    bot_ids: list[UUID]


class ConfiguredRow(Struct, frozen=True):
    """A channel's row, as it is configured."""

    id: UUID
    kind: str
    name: str
    is_active: bool
    widget_key: str | None
    allowed_origins: list[str] | None
    widget_config: Any
    identity_keys: Any
    load_weight: float
    default_team_id: UUID | None
    default_bot_id: UUID | None
    bot_ids: list[UUID]


class ChannelFilter(Cursor, frozen=True):
    """A list of channels, perhaps of those whose name contains `q`."""

    q: Annotated[str, Meta(max_length=120)] = ""


class NewChannel(Struct, frozen=True):
    """A channel to be made; a web widget is the only kind so far."""

    name: Name
    kind: Literal["web_widget"] = "web_widget"
    allowed_origins: Origins = []
    appearance: Appearance = Appearance()


class ChangeChannel(Struct, frozen=True):
    """What is to be different about a channel; what is left out stays, the appearance's fields too."""

    name: Name | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    allowed_origins: Origins | UnsetType = UNSET
    appearance: dict[str, Any] | UnsetType = UNSET
    load_weight: Annotated[float, Meta(ge=0.01, le=100)] | UnsetType = UNSET
    default_team_id: UUID | UnsetType | None = UNSET
    default_bot_id: UUID | UnsetType | None = UNSET
    bot_ids: Annotated[list[UUID], Meta(max_length=100)] | UnsetType = UNSET


class Preview(Struct, frozen=True):
    """An appearance that is being chosen, and not saved yet."""

    appearance: Appearance


class SealedKey(Struct, frozen=True):
    """A key as it is stored."""

    sealed: bytes
    sealed_by: str


class NewIdentityKey(Struct, frozen=True):
    """A new key, with its secret, which is shown this once."""

    kid: UUID
    secret: str
    created_at: int


class OpenSession(Struct, frozen=True):
    """A visitor opens the widget: with the token of the last visit, and what the company has signed about it."""

    widget_key: WidgetKey
    token: Annotated[str, Meta(max_length=2000)] | None = None
    identity: Annotated[str, Meta(max_length=4000)] | None = None


class VisitorSession(Struct, frozen=True):
    """What a visitor's browser needs to talk: who it is from now on, and whom it talks to."""

    token: str
    expires_at: int
    contact_id: UUID
    # The company's backend has said who this is.
    is_known: bool
    has_email: bool
    organization_name: str
    channel_name: str
    greeting: str
    server_time: int


class GiveEmail(Struct, frozen=True):
    """The address at which a visitor says it can be reached."""

    email: Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+\Z")]
