"""How a widget looks and what it says: the settings of a channel, and what is made of them for the page."""

import json
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from server.core.errors import Invalid
from server.core.text import clean_name
from server.domain.channels.opening import Opening
from server.domain.channels.palette import Palette, palette_of

Language = Literal["en", "de", "fr", "es", "ar"]
LANGUAGES: tuple[Language, ...] = ("en", "de", "fr", "es", "ar")
RIGHT_TO_LEFT = frozenset({"ar"})
_WORDS = Path(__file__).parent / "words"

Color = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}\Z")]


class Appearance(Struct, frozen=True):
    """How a web widget looks and greets."""

    color: Color = "#2c5dbd"
    position: Literal["left", "right"] = "right"
    # `auto`: the language of the page around, else the browser's.
    language: Literal["auto", "en", "de", "fr", "es", "ar"] = "auto"
    theme: Literal["auto", "light", "dark"] = "auto"
    greeting: Annotated[str, Meta(max_length=500)] = ""
    # Sent as the visitor's own words with one click.
    starters: Annotated[list[Annotated[str, Meta(max_length=120)]], Meta(max_length=3)] = []
    # Beside the icon; without one the launcher is round.
    launcher_label: Annotated[str, Meta(max_length=40)] = ""
    away_text: Annotated[str, Meta(max_length=200)] = ""
    show_team: bool = True


class Face(Struct, frozen=True):
    """Somebody who answers, as visitors see it."""

    id: UUID
    name: str
    picture: str


class WidgetSettings(Struct, frozen=True):
    """What the panel is drawn from; it stands in the panel's page."""

    organization_name: str
    language: Language
    is_rtl: bool
    theme: str
    palette: Palette
    greeting: str
    starters: list[str]
    away_text: str
    team: list[Face]
    # The median of the first answers of the last two weeks, in seconds; nothing where there were few.
    answers_within: int | None
    # In the order of the English ones: their names would weigh as much as they do.
    words: list[str]


class LauncherSettings(Struct, frozen=True):
    """What the loader draws its button from."""

    side: str
    theme: str
    accent: tuple[str, str]
    on_accent: tuple[str, str]
    language: Language
    is_rtl: bool
    label: str
    text: str
    # For pages that say so themselves; the panel is told over its socket.
    is_open: bool
    opens_at: int | None


def read_appearance(config: Any) -> Appearance:
    """The appearance in a channel's row; what does not fit, as after a change by hand, is as if it were unset."""
    found = config if isinstance(config, dict) else {}
    kept: dict[str, Any] = {}
    for name in Appearance.__struct_fields__:
        with suppress(KeyError, msgspec.ValidationError):
            kept[name] = getattr(msgspec.convert({name: found[name]}, Appearance), name)
    return Appearance(**kept)


def clean_appearance(appearance: Appearance) -> Appearance:
    """The same with its texts on one line where they are names; refuses starters that say nothing, or the same."""
    starters = [clean_name(each) for each in appearance.starters]
    if "" in starters or len(set(starters)) < len(starters):
        raise Invalid("each starter needs words of its own", field="appearance.starters")
    return msgspec.structs.replace(
        appearance,
        color=appearance.color.lower(),
        starters=starters,
        launcher_label=clean_name(appearance.launcher_label),
        away_text=clean_name(appearance.away_text),
    )


def language_of(appearance: Appearance, wanted: str) -> Language:
    """The language to speak, where `wanted` is what a page or a browser says, such as `de-CH, en;q=0.8`."""
    if appearance.language != "auto":
        return appearance.language
    for each in wanted.lower().split(","):
        tag = each.split(";")[0].strip().split("-")[0]
        if tag in LANGUAGES:
            return tag
    return "en"


@cache
def words_of(language: Language) -> dict[str, str]:
    """Everything that the widget says in a language."""
    found: dict[str, str] = json.loads((_WORDS / f"{language}.json").read_text("utf-8"))
    return found


def widget_settings(
    appearance: Appearance, organization_name: str, wanted: str, team: list[Face], answers_within: int | None
) -> WidgetSettings:
    """What the panel needs to be drawn for somebody who wants this language."""
    language = language_of(appearance, wanted)
    return WidgetSettings(
        organization_name=organization_name,
        language=language,
        is_rtl=language in RIGHT_TO_LEFT,
        theme=appearance.theme,
        palette=palette_of(appearance.color),
        greeting=appearance.greeting,
        starters=appearance.starters,
        away_text=appearance.away_text,
        team=team if appearance.show_team else [],
        answers_within=answers_within,
        words=[words_of(language)[name] for name in words_of("en")],
    )


def launcher_settings(appearance: Appearance, opening: Opening, wanted: str) -> LauncherSettings:
    """What the loader needs."""
    language, palette = language_of(appearance, wanted), palette_of(appearance.color)
    return LauncherSettings(
        side=appearance.position,
        theme="light dark" if appearance.theme == "auto" else appearance.theme,
        accent=palette.accent,
        on_accent=palette.on_accent,
        language=language,
        is_rtl=language in RIGHT_TO_LEFT,
        label=appearance.launcher_label or words_of(language)["launcher"],
        text=appearance.launcher_label,
        is_open=opening.is_open,
        opens_at=opening.opens_at,
    )
