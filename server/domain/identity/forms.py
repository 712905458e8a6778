"""What people send about themselves and their organization, and what they are answered."""

from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from server.domain.identity.types import Availability, Email, Locale, Name, Password, Role, Timezone


class Login(Struct, frozen=True):
    """What a person types to log in; the organization only where there are several."""

    email: Email
    password: Password
    organization_id: UUID | None = None


class SignUp(Struct, frozen=True):
    """What somebody types to found an organization; with the password of the login where the e-mail has one."""

    name: Name
    email: Email
    password: Password
    organization_name: Name


class Doors(Struct, frozen=True):
    """What somebody without a session may do here, so that pages offer just that."""

    may_sign_up: bool
    may_reset_password: bool


class Organizations(Struct, frozen=True):
    """One organization of a login, for the switcher."""

    organization_id: UUID
    name: str
    role: Role


class Me(Struct, frozen=True):
    """Who is logged in, where, and what that allows."""

    agent_id: UUID
    name: str
    email: str
    avatar_url: str | None
    role: Role
    permissions: list[str]
    availability: Availability
    organization_id: UUID
    organization_name: str
    organization_slug: str
    organizations: list[Organizations]
    timezone: str
    locale: str
    settings: dict[str, Any]


class Session(Struct, frozen=True):
    """A login that was right: who it is, and the cookie's value, which is stored nowhere."""

    me: Me
    token: str


class Ticket(Struct, frozen=True):
    """What opens one socket, once and within 30 seconds."""

    ticket: str


class SwitchOrganization(Struct, frozen=True):
    """Where the person wants to go on."""

    organization_id: UUID


class ChangeMe(Struct, frozen=True):
    """What a person says of itself; what is left out stays. `settings` is kept as it is, for the console."""

    name: Name | UnsetType = UNSET
    timezone: Timezone | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET
    availability: Availability | UnsetType = UNSET
    settings: dict[str, Any] | UnsetType = UNSET


class ChangePassword(Struct, frozen=True):
    """The password that is, and the one that shall be."""

    current: Password
    password: Password


class AskReset(Struct, frozen=True):
    """Whose password was forgotten."""

    email: Email


class ConfirmReset(Struct, frozen=True):
    """The token from the mail, and the new password."""

    token: Annotated[str, Meta(max_length=200)]
    password: Password
