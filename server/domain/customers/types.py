"""Contacts and customers, as they are shown and as they may be given."""

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from server.core.endpoint import Cursor
from server.core.text import Sought
from server.protocol.values import Attributes

# Long enough for every real name; "Vi" is one too.
Name = Annotated[str, Meta(max_length=120)]
Word = Annotated[str, Meta(max_length=120)]
# Where mail can be sent; which address is real only a mail can tell.
Email = Annotated[str, Meta(max_length=254, pattern=r"^[!-?A-~]+@[!-?A-~]+\Z")]
Phone = Annotated[str, Meta(max_length=40, pattern=r"^[0-9+()/. -]+\Z")]
# The pictures that the server draws: one from elsewhere would tell its server who looks, and no page of ours loads it.
Picture = Annotated[str, Meta(pattern=r"^/portraits/[0-9a-f-]{36}\.svg(\?of=(person|visitor|bot))?\Z")]
Tags = Annotated[list[Annotated[str, Meta(min_length=1, max_length=40)]], Meta(max_length=50)]

ContactRole = Literal["admin", "billing", "technical", "business", "user"]
CustomerKind = Literal["person", "company"]
HoursPlan = Literal["free", "basic", "premium", "enterprise"]
Tier = Literal["basic", "standard", "premium", "enterprise"]
Segment = Literal["vip", "standard", "at_risk", "churned"]
Stage = Literal["new", "active", "at_risk", "churned"]


class Contact(Struct, frozen=True):
    """A human being who writes, or is written to; `customer_id` is the account that this person belongs to."""

    id: UUID
    customer_id: UUID | None
    email: str | None
    # What a visitor said of itself, until somebody writes an address here; `email` where there was none.
    claimed_email: str | None
    name: str | None
    first_name: str | None
    last_name: str | None
    title: str | None
    phone: str | None
    avatar_url: str | None
    locale: str | None
    timezone: str | None
    role: ContactRole
    is_primary: bool
    is_anonymous: bool
    # Facts that the team and its bots noted.
    attributes: dict[str, Any]
    last_seen_at: int | None
    blocked_at: int | None
    created_at: int


class NewContact(Struct, frozen=True):
    """A contact to be made."""

    name: Name | None = None
    email: Email | None = None
    first_name: Name | None = None
    last_name: Name | None = None
    title: Word | None = None
    phone: Phone | None = None
    avatar_url: Picture | None = None
    locale: Word | None = None
    timezone: Word | None = None
    role: ContactRole = "user"
    customer_id: UUID | None = None


class ChangeContact(Struct, frozen=True):
    """What is to be different about a contact; what is left out stays."""

    name: Name | UnsetType | None = UNSET
    email: Email | UnsetType | None = UNSET
    first_name: Name | UnsetType | None = UNSET
    last_name: Name | UnsetType | None = UNSET
    title: Word | UnsetType | None = UNSET
    phone: Phone | UnsetType | None = UNSET
    avatar_url: Picture | UnsetType | None = UNSET
    locale: Word | UnsetType | None = UNSET
    timezone: Word | UnsetType | None = UNSET
    role: ContactRole | UnsetType = UNSET
    customer_id: UUID | UnsetType | None = UNSET
    is_primary: bool | UnsetType = UNSET


class ContactFacts(Struct, frozen=True):
    """Facts about a contact; null takes one away."""

    attributes: Attributes


class ContactFilter(Cursor, frozen=True):
    """Which contacts: with a piece of the name, e-mail or phone number; of one customer; blocked ones; known ones."""

    q: Sought = ""
    customer_id: UUID | None = None
    is_blocked: bool | None = None
    is_anonymous: bool | None = None


class Place(Struct, frozen=True):
    """Where a contact stands in the list."""

    id: UUID
    at: int


class Merge(Struct, frozen=True):
    """The contact that turned out to be the same person."""

    other_id: UUID


class Customer(Struct, frozen=True):
    """The account that is served: a person or a company."""

    id: UUID
    kind: CustomerKind
    external_id: str | None
    name: str | None
    email: str | None
    phone: str | None
    company_name: str | None
    company_size: int | None
    industry: str | None
    plan: HoursPlan
    tier: Tier
    segment: Segment
    lifecycle_stage: Stage
    region: str | None
    country: str | None
    timezone: str | None
    language: str | None
    tags: list[str]
    custom_fields: dict[str, Any]
    created_at: int


Size = Annotated[int, Meta(ge=1, le=10_000_000)]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")]
Fields = Annotated[
    dict[Annotated[str, Meta(max_length=60)], Annotated[str, Meta(max_length=1000)]], Meta(max_length=50)
]


class NewCustomer(Struct, frozen=True):
    """A customer to be made."""

    name: Name
    kind: CustomerKind = "person"
    external_id: Word | None = None
    email: Email | None = None
    phone: Phone | None = None
    company_name: Name | None = None
    company_size: Size | None = None
    industry: Word | None = None
    plan: HoursPlan = "free"
    tier: Tier = "standard"
    segment: Segment = "standard"
    lifecycle_stage: Stage = "active"
    region: Word | None = None
    country: Country | None = None
    timezone: Word | None = None
    language: Word | None = None
    tags: Tags = []
    custom_fields: Fields = {}


class ChangeCustomer(Struct, frozen=True):
    """What is to be different about a customer; what is left out stays."""

    name: Name | UnsetType = UNSET
    kind: CustomerKind | UnsetType = UNSET
    external_id: Word | UnsetType | None = UNSET
    email: Email | UnsetType | None = UNSET
    phone: Phone | UnsetType | None = UNSET
    company_name: Name | UnsetType | None = UNSET
    company_size: Size | UnsetType | None = UNSET
    industry: Word | UnsetType | None = UNSET
    plan: HoursPlan | UnsetType = UNSET
    tier: Tier | UnsetType = UNSET
    segment: Segment | UnsetType = UNSET
    lifecycle_stage: Stage | UnsetType = UNSET
    region: Word | UnsetType | None = UNSET
    country: Country | UnsetType | None = UNSET
    timezone: Word | UnsetType | None = UNSET
    language: Word | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    custom_fields: Fields | UnsetType = UNSET


class Returning(Struct, frozen=True):
    """A visitor who was here before, as far as letting it in needs it."""

    has_email: bool
    is_blocked: bool


class Acquaintance(Struct, frozen=True):
    """A contact, as far as letting them in needs it."""

    contact_id: UUID
    name: str
    has_email: bool
    is_blocked: bool
    # Cards of conversations show name and e-mail.
    is_changed: bool
