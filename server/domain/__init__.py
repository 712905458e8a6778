"""Floor 2: rooms where decisions are made. A new domain adds its name here."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

# Those with routes of their own, in api.py.
DOMAINS = ("identity", "channels", "chat")


def routes() -> "list[BaseRoute]":
    """Every domain's routes; imported only here, because workers need the rooms and not the doors."""
    return [route for name in DOMAINS for route in import_module(f"server.domain.{name}.api").routes]
