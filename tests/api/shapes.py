"""From a struct to JSON: the smallest value that it takes, and for each of its fields values that it does not take."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec.inspect as mi

from server.core.ids import uuid7

# What a word of a pattern may be, by the name of its field.
PATTERNED: dict[str, str] = {
    "email": "zoe-{}@people.example",
    "shortcut": "short-{}",
    "code": "code-{}",
    "slug": "slug-{}",
    "tool_name": "tool_{}",
    "widget_key": "key-{}",
    "color": "#336699",
    "timezone": "Europe/Berlin",
    "locale": "en",
    "languages": "de",
    "language": "de",
    "logo_url": "https://people.example/{}.png",
    "phone": "+41 44 123 45 67",
    "country": "CH",
    "avatar_url": "/portraits/01890a5d-ac96-774b-bcce-b302099a8057.svg?of=person",
    "website": "https://{}.people.example/",
    "url": "https://{}.people.example/",
}
# Chosen so that no other of a walk is the same.
_SHORT = 8


class Unknown(Exception):  # noqa: N818 - it tells an author what to add
    """The walkers cannot make a value."""


def is_id(kind: mi.Type) -> bool:
    """Whether this is an id, or nothing, or a list of ids."""
    if isinstance(kind, mi.ListType):
        return is_id(kind.item_type)
    return any(isinstance(each, mi.UUIDType) for each in choices(kind))


def choices(kind: mi.Type) -> tuple[mi.Type, ...]:
    """The types that a value may have."""
    found = kind.types if isinstance(kind, mi.UnionType) else (kind,)
    return tuple(each.type if isinstance(each, mi.Metadata) else each for each in found)


def fields_of(shape: Any) -> tuple[mi.Field, ...]:
    """The fields of a struct, or of every struct of a union."""
    found = mi.type_info(shape)
    return tuple(field for each in choices(found) if isinstance(each, mi.StructType) for field in each.fields)


def body_of(shape: Any, values: Mapping[str, Any], *, is_full: bool = False) -> dict[str, Any]:
    """The smallest body of a shape: what it needs, or everything where it needs nothing, and what is given."""
    fields = fields_of(shape)
    whole = is_full or not any(field.required for field in fields)
    tag = getattr(shape, "__struct_config__", None)
    body = {tag.tag_field: tag.tag} if tag is not None and tag.tag_field and tag.tag else {}
    for field in fields:
        name = field.encode_name
        if name in values:
            body[name] = values[name]
        elif field.required or (whole and not is_id(field.type)):
            body[name] = value_of(field.type, name, values)
    return body


def value_of(kind: mi.Type, name: str, values: Mapping[str, Any]) -> Any:  # noqa: C901, PLR0911 - one case a type
    """The smallest value of a type; another one each time where two must not be the same."""
    match kind:
        case mi.UnionType() | mi.Metadata():
            first = [each for each in choices(kind) if not isinstance(each, mi.NoneType)]
            return value_of(first[0], name, values)
        case mi.StrType():
            return _text(kind, name)
        case mi.IntType() | mi.FloatType():
            least = kind.ge if kind.ge is not None else kind.gt + 1 if kind.gt is not None else 0
            return int(least) if kind.le is None or least <= kind.le else int(kind.le)
        case mi.BoolType():
            return False
        case mi.LiteralType():
            return kind.values[0]
        case mi.EnumType():
            return next(iter(kind.cls)).value
        case mi.ListType() | mi.SetType() | mi.FrozenSetType():
            return [value_of(kind.item_type, name, values) for _ in range(kind.min_length or 0)]
        case mi.DictType():
            return {}
        case mi.StructType():
            return body_of(kind.cls, values)
        case mi.NoneType() | mi.AnyType():
            return None
        case mi.UUIDType() if name == "id":
            # Of one's own making.
            return str(uuid7())
        case mi.UUIDType():
            raise Unknown(f"tests/api/samples.py must say in THINGS what a `{name}` is the id of")
    raise Unknown(f"tests/api/shapes.py does not know the type of `{name}`: {kind}")


def _text(kind: mi.StrType, name: str) -> str:
    if name in PATTERNED:
        return PATTERNED[name].format(str(uuid7())[-_SHORT:])
    if kind.pattern is not None:
        raise Unknown(f"PATTERNED in tests/api/shapes.py must have a word for `{name}`, which keeps to {kind.pattern}")
    text = f"{name} {str(uuid7())[-_SHORT:]}" if kind.min_length else ""
    return text[: kind.max_length] if kind.max_length is not None else text


def texts_of(shape: Any) -> Iterator[mi.Field]:
    """The fields that take whatever somebody writes."""
    for field in fields_of(shape):
        if any(isinstance(each, mi.StrType) for each in choices(field.type)):
            yield field


# One of each kind of JSON, and numbers that no column holds.
_JSON: tuple[Any, ...] = (None, True, 7, 0.5, -(2**70), 2**70, "\N{PILE OF POO}", [], {}, [[]], [None], {"a": 1})


def wrong_values(field: mi.Field) -> list[Any]:
    """Values that the field's type forbids: of every other type, too short, too long, too small, too large."""
    kinds = choices(field.type)
    wrong = [each for each in _JSON if not any(_takes(kind, each) for kind in kinds)]
    for kind in kinds:
        if isinstance(kind, mi.StrType):
            wrong += ["x" * (kind.max_length + 1)] if kind.max_length is not None else []
            wrong += [""] if kind.min_length else []
        if isinstance(kind, mi.IntType) and len(kinds) == 1:
            wrong += [kind.ge - 1] if kind.ge is not None else []
            wrong += [kind.le + 1] if kind.le is not None else []
        if isinstance(kind, mi.ListType) and kind.max_length is not None:
            wrong.append([_any_value(kind.item_type, field.encode_name)] * (kind.max_length + 1))
    return wrong


def _any_value(kind: mi.Type, name: str) -> Any:
    if isinstance(kind, mi.UUIDType | mi.StructType):
        return str(uuid7())
    return value_of(kind, name, {})


def _takes(kind: mi.Type, value: Any) -> bool:  # noqa: PLR0911 - one line a type
    match kind:
        case mi.AnyType():
            return True
        case mi.NoneType():
            return value is None
        case mi.BoolType():
            return value is True or value is False
        case mi.StrType():
            return isinstance(value, str)
        case mi.IntType() | mi.FloatType():
            # Their ends are tried by themselves.
            is_number = type(value) is int or (type(value) is float and isinstance(kind, mi.FloatType))
            return is_number and abs(value) < 2**62
        case mi.ListType():
            return isinstance(value, list) and not value
        case mi.DictType() | mi.StructType():
            return isinstance(value, dict)
    return False


def ids_in(value: Any) -> set[str]:
    """Every id that stands anywhere in an answer."""
    if isinstance(value, dict):
        return set().union(*map(ids_in, value.values()), *map(ids_in, value.keys()))
    if isinstance(value, list):
        return set().union(*map(ids_in, value))
    try:
        return {str(UUID(value))} if isinstance(value, str) and len(value) == 36 else set()
    except ValueError:
        return set()
