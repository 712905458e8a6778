"""Floor 2: rooms where decisions are made. A new domain adds its name here."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from server.core.endpoint import Endpoint

# Those with routes of their own, in api.py.
DOMAINS = ("identity", "customers", "channels", "chat", "routing", "interactions", "knowledge",
           "understanding", "audit")  # fmt: skip


def endpoints() -> "list[Endpoint]":
    """Every domain's typed routes; imported only here, because workers need the rooms and not the doors."""
    return [each for name in DOMAINS for each in getattr(import_module(f"server.domain.{name}.api"), "endpoints", ())]


def routes() -> "list[BaseRoute]":
    """What Starlette serves: the typed routes, and the pages and files that stand beside them."""
    plain = [each for name in DOMAINS for each in getattr(import_module(f"server.domain.{name}.api"), "routes", ())]
    return [*(each.route() for each in endpoints()), *plain]
