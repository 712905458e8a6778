"""Who may use which route: every role, bots, visitors, programs and nobody, at each of them."""

from typing import get_args

import pytest

from server.core.endpoint import Endpoint, Who
from server.core.permissions import PERMISSIONS, TABLE, Role
from server.domain import endpoints
from tests.api.quiet import Quiet
from tests.api.samples import PLAIN, is_about_oneself, place_of, route_of, sample
from tests.api.world import ROLES, Caller, Request, World

ROUTES = pytest.mark.parametrize("endpoint", endpoints(), ids=route_of)


def is_let_in(endpoint: Endpoint, role: Role) -> bool:
    """Whether the table of permissions lets a member of this role do it."""
    return endpoint.permission is None or endpoint.permission in PERMISSIONS[role]


def refused_at(endpoint: Endpoint, quiet: Quiet) -> dict[str, tuple[Caller, int]]:
    """Who may not use a route, and what they are told: nobody in particular 401, a known member or program 403."""
    world, program = quiet.world, quiet.without[endpoint.permission]
    nobodies: dict[str, Caller] = {"nobody": world.nobody}
    if not endpoint.for_bots:
        nobodies["a bot"] = world.bot()
    # Where a session belongs, what is no session opens nothing: a cookie is not looked at for what stands in it.
    nobodies["a bot with a cookie"] = Caller(world.house, session=world.org.bot_token)
    nobodies["a program with a cookie"] = Caller(world.house, session=program.bearer)
    nobodies["a member without one"] = Caller(world.house, bearer=world.owner.session)
    if endpoint.who is Who.VISITOR:
        nobodies["a program"] = program
        nobodies.update(world.members.items())
    else:
        nobodies |= {"a visitor": world.visitor}
    refused = {name: (caller, 401) for name, caller in nobodies.items()}
    if endpoint.who is Who.MEMBER:
        refused |= {role: (world.members[role], 403) for role in ROLES if not is_let_in(endpoint, role)}
        if endpoint.permission is not None or endpoint.method != "GET":
            refused["a program for all else"] = (program, 403)
    return refused


@ROUTES
async def test_whoever_may_not_is_refused_and_changes_nothing(quiet: Quiet, endpoint: Endpoint) -> None:
    """Whatever they ask would have gone well."""
    if endpoint.who is Who.ANYONE:
        return
    asked = quiet.asked(endpoint)
    for name, (caller, status) in refused_at(endpoint, quiet).items():
        answer = await caller.ask(asked)
        code = "unauthenticated" if status == 401 else "forbidden"
        assert (answer.status, answer.json.get("code")) == (status, code), f"{name} at {asked}: {answer.text}"
    assert await quiet.changes() == [], f"{asked} was refused, and changed something"


@ROUTES
async def test_whoever_may_does_it(world: World, endpoint: Endpoint) -> None:
    """Every role that has the permission, and programs that were made for it or for nothing in particular."""
    if endpoint.who is not Who.MEMBER:
        return
    place = await place_of(world, endpoint)
    callers: dict[str, Caller] = {}
    for role in ROLES:
        if is_let_in(endpoint, role):
            callers[role] = await place.somebody(role) if is_about_oneself(endpoint) else place.members[role]
    if not is_about_oneself(endpoint):
        callers["a program"] = await place.program("owner")
        callers["a program for this"] = await place.program("owner", endpoint.permission or "inbox.read")
    if endpoint.for_bots:
        callers["a bot"] = place.bot()
    if place is not world:
        callers = {"owner": place.owner}
    kept = await sample(place, endpoint) if endpoint.method == "GET" else None
    for name, caller in callers.items():
        asked = kept or await sample(place, endpoint, caller)
        answer = await caller.ask(asked)
        assert answer.status == endpoint.status, f"{name} at {asked}: {answer.status} {answer.text}"


@pytest.mark.parametrize("route", PLAIN)
async def test_what_is_no_json_needs_its_permission_too(world: World, route: str) -> None:
    """Downloads and the like are as well guarded as the rest."""
    method, path = route.split(" ")
    permission, asked = PLAIN[route], Request(method, path)
    for role, caller in world.members.items():
        may = permission is None or permission in PERMISSIONS[role]
        assert (await caller.ask(asked)).status == (200 if may else 403), f"{role} at {asked}"
    others = await world.program("owner", *(each for each in TABLE if each != permission))
    expected = {world.nobody: 401, world.visitor: 401, world.bot(): 401, others: 403}
    for caller, status in expected.items():
        assert (await caller.ask(asked)).status == (200 if permission is None else status), asked


def test_every_permission_that_a_route_needs_is_in_the_table() -> None:
    """A misspelled one would refuse everybody."""
    assert {each.permission for each in endpoints()} - {None} <= TABLE.keys()
    assert {*ROLES, "bot"} == set(get_args(Role))
