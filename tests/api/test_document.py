"""What is told of the API is what is served."""

import re
from typing import Any

from server.core.openapi import document
from server.domain import endpoints, routes
from tests.api.samples import PLAIN, route_of
from tests.api.world import World
from tests.browser import Browser

# What is served under /api/ and is no part of it: its own description.
ABOUT_ITSELF = re.compile(r"^GET /api/(openapi\.json|docs.*)$")


def _served() -> set[str]:
    return {
        f"{method} {each.path}".replace(":uuid", "")  # type: ignore[attr-defined]
        for each in routes()
        for method in getattr(each, "methods", ())
        if method != "HEAD" and each.path.startswith("/api/")  # type: ignore[attr-defined]
    }


async def test_the_document_lists_exactly_the_routes_that_are_served(world: World) -> None:
    """Not one more, not one less; as any program without a login reads it."""
    told = (await Browser(world.house).get("/api/openapi.json")).json
    listed = {f"{method.upper()} {path}" for path, methods in told["paths"].items() for method in methods}
    plain = {each for each in _served() - listed if not ABOUT_ITSELF.match(each)}
    assert plain == PLAIN.keys(), "a route that is no endpoint stands in PLAIN of tests/api/samples.py"
    assert listed == {route_of(each) for each in endpoints()}


def test_every_operation_has_a_name_of_its_own_and_a_sentence() -> None:
    """Programs that write clients make functions of them."""
    names = [each.name for each in endpoints()]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)
    for each in endpoints():
        assert re.fullmatch(r"[A-Z][^\n]*\.", each.summary), f"{route_of(each)}: {each.summary!r}"


def test_every_reference_in_the_document_leads_somewhere() -> None:
    """And every schema is used."""
    told = document(endpoints())
    names = {each.rsplit("/", 1)[-1] for each in _references(told)}
    assert names <= told["components"]["schemas"].keys()
    schemes = {
        name for path in told["paths"].values() for each in path.values() for s in each["security"] for name in s
    }
    assert schemes == told["components"]["securitySchemes"].keys()


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        found = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return found.union(*map(_references, value.values()))
    return set().union(*map(_references, value)) if isinstance(value, list) else set()
