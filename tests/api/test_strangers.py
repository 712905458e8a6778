"""Another company's ids, at every route: they name nothing, reveal nothing and change nothing."""

from typing import Any
from uuid import UUID

import pytest

from server.core.endpoint import Endpoint, Who
from server.core.ids import uuid7
from server.domain import endpoints
from tests.api.quiet import Quiet
from tests.api.samples import OWN_IDS, UNCHECKED, caller_of, id_fields, is_about_oneself, route_of, sample
from tests.api.shapes import fields_of, ids_in
from tests.api.world import Request, World
from tests.browser import Answer
from tests.servers import House

ABOUT_ONE = [each for each in endpoints() if each.ids]
NAMING = [each for each in endpoints() if id_fields(each.body) or id_fields(each.query)]
MAKING = [each for each in endpoints() if each.body and any(f.encode_name in OWN_IDS for f in fields_of(each.body))]
OF_VISITORS = [each for each in endpoints() if each.who is Who.VISITOR]
READING = [each for each in endpoints() if each.method == "GET"]


@pytest.mark.parametrize("endpoint", ABOUT_ONE, ids=route_of)
async def test_what_belongs_to_another_company_is_not_there(world: World, quiet: Quiet, endpoint: Endpoint) -> None:
    """It is answered like an id that nobody has, and like one that is none."""
    caller = caller_of(world, endpoint)
    for name in endpoint.ids:
        theirs = quiet.asked(endpoint).ids[name]
        for other in (theirs, str(uuid7()), str(UUID(int=0)), str(world.org.id), "7"):
            asked = await sample(world, endpoint, caller, **{name: other})  # type: ignore[arg-type]
            answer = await caller.ask(asked)
            told = f"{asked} of {name} was answered {answer.status} {answer.text}"
            assert (answer.status, answer.json["code"]) == (404, "not_found"), told
            assert ids_in(answer.json) == set(), told
            if other == theirs:
                first = answer.json
            assert other == "7" or answer.json == first, f"{asked} tells {other} from another company's id"
    assert await quiet.changes() == [], f"{route_of(endpoint)} reached another company"


@pytest.mark.parametrize("endpoint", OF_VISITORS, ids=route_of)
async def test_what_belongs_to_another_visitor_is_not_there(world: World, endpoint: Endpoint) -> None:
    """Not even within the same company: its id is no way to it, and no list shows it."""
    theirs, stranger = await world.a_conversation(), await world.a_visitor()
    fixed: dict[str, Any] = {"id": theirs} if endpoint in MAKING else {}
    asked = await sample(world, endpoint, **fixed)
    answer = await stranger.ask(asked)
    told = f"{asked} was answered {answer.status} {answer.text}"
    if endpoint.ids:
        assert (answer.status, answer.json["code"]) == (404, "not_found"), told
    elif endpoint in MAKING:
        assert (answer.status, answer.json["code"]) == (409, "id_taken"), told
    shown = ids_in(answer.json) if answer.text else set()
    assert shown & {theirs, world.visitor.id} == set(), told


@pytest.mark.parametrize("endpoint", NAMING, ids=route_of)
async def test_a_field_does_not_take_another_company_s_id(world: World, quiet: Quiet, endpoint: Endpoint) -> None:
    """The route answers as if there were no such thing; a filter finds nothing."""
    caller = await world.somebody("owner") if is_about_oneself(endpoint) else caller_of(world, endpoint)
    for field in (*id_fields(endpoint.body), *id_fields(endpoint.query)):
        theirs = quiet.things[field.encode_name]
        nobodys: Any = [str(uuid7())] if isinstance(theirs, list) else str(uuid7())
        found: list[Answer] = []
        for other in (theirs, nobodys):
            asked = await sample(world, endpoint, caller, **{field.encode_name: other})
            found.append(await caller.ask(asked))
            _assert_refused_or_empty(endpoint, asked, found[-1], quiet)
        told = f"{asked} tells another company's {field.encode_name} from one that is nowhere: {found}"
        assert found[0].status == found[1].status, told
        assert found[0].status < 300 or found[0].json == found[1].json, told
    assert await quiet.changes() == [], f"{route_of(endpoint)} reached another company"


def _assert_refused_or_empty(endpoint: Endpoint, asked: Request, answer: Answer, quiet: Quiet) -> None:
    told = f"{asked} was answered {answer.status} {answer.text}"
    if endpoint.method == "GET" and answer.status == 200:
        assert ids_in(answer.json) & quiet.ids == set(), told
        assert not answer.json.get("items"), told
        return
    assert 400 <= answer.status < 500, told
    assert answer.json["code"] in {"not_found", "invalid", "conflict", "unauthenticated"}, told


@pytest.fixture(scope="module")
async def makers(open_house: House) -> World:
    """A company that has things under other companies' ids, which it may well show."""
    return await World.of(open_house)


@pytest.mark.parametrize("endpoint", MAKING, ids=route_of)
async def test_an_id_that_another_company_uses_changes_nothing_there(
    makers: World, quiet: Quiet, endpoint: Endpoint
) -> None:
    """Whoever knows one and makes something under it makes something of his own, or nothing."""
    world, caller = makers, caller_of(makers, endpoint)
    for name in ("conversation_id", "message_id"):
        theirs = quiet.things[name]
        asked = await sample(world, endpoint, caller, id=theirs)
        answer = await caller.ask(asked)
        assert answer.status < 500, f"{asked} was answered {answer.status} {answer.text}"
        assert ids_in(answer.json) & quiet.ids <= {theirs}
    assert await quiet.changes() == [], f"{route_of(endpoint)} reached another company"


@pytest.mark.parametrize("endpoint", READING, ids=route_of)
async def test_nothing_of_another_company_is_ever_shown(world: World, quiet: Quiet, endpoint: Endpoint) -> None:
    """Whatever is read in this company, by whoever may."""
    caller = caller_of(world, endpoint)
    asked = await sample(world, endpoint, caller)
    answer = await caller.ask(asked)
    assert answer.status == 200, f"{asked}: {answer.text}"
    shown = ids_in(answer.json)
    assert shown & quiet.ids == set(), f"{asked} shows {shown & quiet.ids} of another company"


def test_every_id_in_a_body_is_the_id_of_something() -> None:
    """A field whose name ends like an id is one."""
    for each in endpoints():
        for field in fields_of(each.body) if each.body else ():
            if field.encode_name.endswith(("_id", "_ids")):
                known = {f.encode_name for f in id_fields(each.body)} | UNCHECKED
                assert field.encode_name in known, route_of(each)
