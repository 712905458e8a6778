"""A request that is sent again, and a change of what somebody else changed first: at every route that makes changes."""

import asyncio
import secrets
from typing import Any

import msgspec
import pytest

from server.core.db import connect
from server.core.endpoint import Endpoint, Who
from server.core.idempotency import MOST, PATIENCE
from server.domain import endpoints
from tests.api.samples import caller_of, is_about_oneself, place_of, route_of, sample, thing_of
from tests.api.world import Caller, Request, World
from tests.browser import Answer, is_refusal
from tests.people import eventually

POSTS = [each for each in endpoints() if each.method == "POST" and each.who is Who.MEMBER]
CHANGES = [each for each in endpoints() if each.method in {"PATCH", "PUT", "DELETE"}]
READS = [each for each in endpoints() if each.method == "GET"]
# What two may have before them at the same time, to change it.
EDITED = [each for each in CHANGES if each.method == "PATCH" and any(each.path == read.path for read in READS)]
# Where the path has no id: the row of whoever asks, and of the company.
ROWS = {
    "PATCH /api/me": "agent", "PATCH /api/organization": "organization",
    "PATCH /api/bots/{bot_id}/tools/{tool_id}": "bot_tool",
}  # fmt: skip
# Whoever reads it stands in it afterwards.
KEEPS_READERS = {"GET /api/audit"}
# After these the session is over that would be asked with.
ENDS_SESSION = {"POST /api/logout", "POST /api/me/organization"}


async def _asker(world: World, endpoint: Endpoint) -> Caller:
    return await world.somebody("owner") if is_about_oneself(endpoint) else caller_of(world, endpoint)


def _same(first: Answer, again: Answer) -> bool:
    return (first.status, first.text) == (again.status, again.text)


@pytest.mark.parametrize("endpoint", POSTS, ids=route_of)
async def test_a_request_sent_twice_is_done_once(world: World, endpoint: Endpoint) -> None:
    """It is answered the same; what is shown once is not shown again."""
    caller, key = await _asker(world, endpoint), secrets.token_hex(8)
    asked = await sample(world, endpoint, caller)
    first = await caller.ask(asked, Idempotency_Key=key)
    assert first.status == endpoint.status, f"{asked}: {first.text}"
    if route_of(endpoint) in ENDS_SESSION:
        return
    before = await world.settled()
    again = await caller.ask(asked, Idempotency_Key=key)
    if endpoint.is_secret:
        assert is_refusal(again, 409, "conflict"), f"{asked}: {again.text}"
    else:
        assert _same(first, again), f"{asked} was answered {first}, and then {again}"
    assert await world.settled() == before, f"{asked} was done twice"


@pytest.mark.parametrize("endpoint", POSTS, ids=route_of)
async def test_two_at_once_are_one(world: World, endpoint: Endpoint) -> None:
    """The second one is answered like the first, or told that it is not done yet."""
    if route_of(endpoint) in ENDS_SESSION:
        return
    caller, key = await _asker(world, endpoint), secrets.token_hex(8)
    asked = await sample(world, endpoint, caller)
    found = await asyncio.gather(*(caller.ask(asked, Idempotency_Key=key) for _ in range(2)))
    done = [each for each in found if each.status == endpoint.status]
    assert done, f"{asked} was answered {found}"
    assert all(_same(each, done[0]) or is_refusal(each, 409, "conflict") for each in found), f"{asked}: {found}"
    if endpoint.is_secret:
        assert len(done) == 1, f"{asked}: {found}"


@pytest.mark.parametrize("endpoint", POSTS, ids=route_of)
async def test_a_key_belongs_to_one_request(world: World, endpoint: Endpoint) -> None:
    """Another body or another route under it is refused, and a key that no header should hold."""
    caller, key = await _asker(world, endpoint), secrets.token_hex(8)
    asked = await sample(world, endpoint, caller)
    for bad in ("x" * (MOST + 1), "\u00e9\u0085".encode().decode("latin-1")):
        assert is_refusal(await caller.ask(asked, Idempotency_Key=bad), 422, "invalid"), asked
    assert (await caller.ask(asked, Idempotency_Key=key)).status == endpoint.status, asked
    if route_of(endpoint) in ENDS_SESSION:
        return
    others = [await sample(world, endpoint, caller), Request("POST", "/api/socket-tickets")]
    for other in others:
        if (other.path, other.body) != (asked.path, asked.body):
            answer = await caller.ask(other, Idempotency_Key=key)
            assert is_refusal(answer, 422, "invalid"), f"{other} behind {asked}: {answer.text}"


@pytest.mark.parametrize("endpoint", POSTS, ids=route_of)
async def test_a_refused_request_does_not_use_its_key_up(world: World, endpoint: Endpoint) -> None:
    """Whoever mends it sends it under the same one."""
    if route_of(endpoint) in ENDS_SESSION or not endpoint.ids:
        return
    key = secrets.token_hex(8)
    asked = await sample(world, endpoint)
    gone = msgspec.structs.replace(asked, path=endpoint.path.format(**dict.fromkeys(asked.ids, str(world.org.id))))
    assert is_refusal(await world.owner.ask(gone, Idempotency_Key=key), 404, "not_found"), gone
    answer = await world.owner.ask(asked, Idempotency_Key=key)
    assert answer.status == endpoint.status, f"{asked}: {answer.text}"


async def test_a_key_is_its_member_s_own(world: World) -> None:
    """What another member sends under the same one is another request, and its repetition is answered as that."""
    key = secrets.token_hex(8)
    olga, alma = world.members["owner"], world.members["admin"]
    first, second = (Request("POST", "/api/teams", {"name": f"{name} {key}"}) for name in ("Olga's", "Alma's"))
    answers = [await who.ask(asked, Idempotency_Key=key) for who, asked in ((olga, first), (alma, second)) * 2]
    assert [each.status for each in answers] == [201] * 4
    assert _same(answers[0], answers[2])
    assert _same(answers[1], answers[3])
    assert is_refusal(await alma.ask(first, Idempotency_Key=key), 422, "invalid")


async def test_a_request_whose_process_died_is_done_by_its_repetition(world: World) -> None:
    """As soon as it cannot be running any more; until then it is told that the first is not done."""
    key = secrets.token_hex(8)
    asked = Request("POST", "/api/teams", {"name": f"Team {key}"})
    assert (await world.owner.ask(asked, Idempotency_Key=key)).status == 201
    died = (
        "update idempotency_key set status = null, answer = null, claimed_at = now() - make_interval(secs => $2)"
        " where org_id = $1 and key = $3"
    )
    # It died before it made anything.
    await world.house.rows("delete from team where org_id = $1 and name = $2", world.org.id, f"Team {key}")
    await world.house.rows(died, world.org.id, PATIENCE - 30, key)
    assert is_refusal(await world.owner.ask(asked, Idempotency_Key=key), 409, "conflict")
    await world.house.rows(died, world.org.id, PATIENCE + 1, key)
    other = Request("POST", "/api/teams", {"name": "Something else"})
    assert is_refusal(await world.owner.ask(other, Idempotency_Key=key), 422, "invalid")
    found = await asyncio.gather(*(world.owner.ask(asked, Idempotency_Key=key) for _ in range(3)))
    assert {each.status for each in found} <= {201, 409}
    made = [each for each in found if each.status == 201]
    assert made, found
    assert all(_same(each, made[0]) for each in made)


@pytest.mark.parametrize("endpoint", READS, ids=route_of)
async def test_what_is_known_already_is_not_sent_again(world: World, endpoint: Endpoint) -> None:
    """Every answer to a GET names its content."""
    caller = caller_of(world, endpoint)
    asked = await sample(world, endpoint, caller)
    await world.settled()
    first = await caller.ask(asked)
    if route_of(endpoint) in KEEPS_READERS:
        return
    again = await caller.ask(asked, If_None_Match=first.headers["etag"])
    assert (again.status, again.text) == (304, ""), f"{asked}: {again}"
    assert again.headers["etag"] == first.headers["etag"]
    other = await caller.ask(asked, If_None_Match='"00000000000000000000"')
    assert (other.status, other.text) == (200, first.text), f"{asked}: {other}"


@pytest.mark.parametrize("endpoint", CHANGES, ids=route_of)
async def test_a_change_of_what_somebody_changed_first_is_refused(world: World, endpoint: Endpoint) -> None:
    """If-Match with a tag of before gets 412; with the present one, or *, the change is made."""
    world = await place_of(world, endpoint)
    caller = await _asker(world, endpoint)
    asked = await sample(world, endpoint, caller)
    before = await world.settled()
    stale = await caller.ask(asked, If_Match='"00000000000000000000"')
    assert is_refusal(stale, 412, "conflict"), f"{asked} does not look at If-Match: {stale}"
    assert await world.settled() == before, f"{asked} was refused, and changed something"
    if any(each.path == endpoint.path for each in READS):
        now = await caller.ask(Request("GET", asked.path))
        answer = await caller.ask(asked, If_Match=now.headers["etag"])
    else:
        answer = await caller.ask(asked, If_Match="*")
    assert answer.status == endpoint.status, f"{asked}: {answer.text}"


@pytest.mark.parametrize("endpoint", EDITED, ids=route_of)
async def test_of_two_who_saw_the_same_one_is_refused(world: World, endpoint: Endpoint) -> None:
    """However close together they are: the second compares with what the first has made of it."""
    caller = await _asker(world, endpoint)
    first = await sample(world, endpoint, caller)
    again: dict[str, Any] = dict(first.ids)
    second = await sample(world, endpoint, caller, **again)
    tag = (await caller.ask(Request("GET", first.path))).headers["etag"]
    table = ROWS.get(route_of(endpoint)) or thing_of(endpoint.ids[-1])
    row = first.ids[endpoint.ids[-1]] if endpoint.ids else caller.id if table == "agent" else str(world.org.id)
    other = await connect(world.house.databases.environment["DATABASE_OWNER_URL"])
    try:
        async with other.transaction():
            await other.fetch(f"select from {table} where id = $1::text::uuid for update", row)
            both = [asyncio.create_task(caller.ask(each, If_Match=tag)) for each in (first, second)]
            await eventually(lambda: _are_waiting(world, 2))
        found = await asyncio.gather(*both)
    finally:
        await other.close()
    assert sorted(each.status for each in found) == [endpoint.status, 412], f"{first} and {second}: {found}"


async def _are_waiting(world: World, many: int) -> bool:
    waiting = (
        "select count(*) as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    )
    return bool((await world.house.glance(waiting))[0]["n"] >= many)
