"""The built pages: where they lie, and how they are answered."""

import importlib.resources
from collections.abc import Mapping
from enum import StrEnum
from html import escape
from pathlib import Path

from starlette.responses import PlainTextResponse, Response

from server.core.config import Settings

NOT_BUILT = (
    "The pages are not built yet.\n\n"
    "In a checkout, build them with: make faces\n"
    "An installed package carries them; FRONTDESK_FACES may lead to another folder.\n"
)


class Face(StrEnum):
    """The built files that have an address of their own; everything else lies under /faces/."""

    CONSOLE = "console.html"
    TRY = "try.html"
    PANEL = "panel.html"
    API = "api.html"
    LOADER = "widget.js"


def faces_folder(settings: Settings) -> Path:
    """The folder of the built pages."""
    return Path(settings.faces) if settings.faces else Path(str(importlib.resources.files("server"))) / "faces"


def are_built(folder: str) -> bool:
    """Whether there is such a folder by now."""
    return Path(folder).is_dir()


def face(settings: Settings, which: Face) -> bytes | None:
    """One built file, or None where it is not built."""
    try:
        return (faces_folder(settings) / which).read_bytes()
    except FileNotFoundError:
        return None


def page(settings: Settings, which: Face, policy: str, *, told: Mapping[str, str] | None = None) -> Response:
    """A built page under its content security policy, or a plain one that says how to build it.

    What is `told` becomes attributes of its root element.
    """
    found = face(settings, which)
    # The page names the files of its build, so that an old page must not outlive them.
    headers = {"content-security-policy": policy, "cache-control": "no-cache"}
    if found is None:
        return PlainTextResponse(NOT_BUILT, 503, headers)
    if told is not None:
        root = " ".join(f"{name}='{_attribute(value)}'" for name, value in told.items())
        found = found.replace(b'<html lang="en"', f"<html {root}".encode(), 1)
    return Response(found, media_type="text/html", headers=headers)


def _attribute(value: str) -> str:
    """A value between single quotes, since JSON is full of double ones."""
    return escape(value, quote=False).replace("'", "&#39;")
