"""What conversations are about: the company's own catalogue of types."""

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from server.core.resource import Resource
from server.core.text import Name, Word, clean_name, clean_tag, require_name

Category = Literal["billing", "account", "technical", "sales", "support"]
Complexity = Literal["low", "medium", "high", "critical"]
# What other programs call it: typed and compared, so without spaces and capitals.
Code = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[a-z0-9][a-z0-9_.-]*\Z")]
Skill = Annotated[str, Meta(max_length=40)]
Keywords = Annotated[list[Annotated[str, Meta(min_length=1, max_length=40)]], Meta(max_length=50)]


class InteractionType(Struct, frozen=True):
    """What a conversation may be about; `required_skill` is what whoever answers should be able to do."""

    id: UUID
    code: str
    name: str
    category: Category
    sub_category: str | None
    complexity: Complexity
    revenue_impact: bool
    is_business_critical: bool
    requires_human: bool
    requires_auth: bool
    keywords: list[str]
    required_skill: str | None


class NewInteractionType(Struct, frozen=True):
    """An interaction type to be made."""

    code: Code
    name: Name
    category: Category
    sub_category: Word | None = None
    complexity: Complexity = "medium"
    revenue_impact: bool = False
    is_business_critical: bool = False
    requires_human: bool = False
    requires_auth: bool = False
    keywords: Keywords = []
    required_skill: Skill | None = None


class ChangeInteractionType(Struct, frozen=True):
    """What is to be different about an interaction type; what is left out stays."""

    code: Code | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    category: Category | UnsetType = UNSET
    sub_category: Word | UnsetType | None = UNSET
    complexity: Complexity | UnsetType = UNSET
    revenue_impact: bool | UnsetType = UNSET
    is_business_critical: bool | UnsetType = UNSET
    requires_human: bool | UnsetType = UNSET
    requires_auth: bool | UnsetType = UNSET
    keywords: Keywords | UnsetType = UNSET
    required_skill: Skill | UnsetType | None = UNSET


def _spell(values: dict[str, Any], _: bool) -> dict[str, Any]:  # noqa: FBT001 - Resource calls it
    """Names that cannot disguise themselves, and one spelling of what is compared with what visitors write."""
    kept = dict(values)
    if "name" in kept:
        kept["name"] = require_name(kept["name"])
    if kept.get("sub_category"):
        kept["sub_category"] = clean_name(kept["sub_category"])
    if kept.get("keywords"):
        kept["keywords"] = sorted({clean_tag(each) for each in kept["keywords"]})
    if kept.get("required_skill"):
        kept["required_skill"] = clean_tag(kept["required_skill"])
    return {key: None if value == "" else value for key, value in kept.items()}


interaction_types = Resource(
    "interaction_type", "/api/interaction-types", InteractionType, NewInteractionType, ChangeInteractionType,
    permission="interaction_type", order="name", search=("name", "code"), spell=_spell,
    taken="another interaction type has this code",
)  # fmt: skip
