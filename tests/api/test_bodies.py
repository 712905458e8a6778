"""What cannot be taken, at every route: refused in one shape that names the field, and never a mistake of ours."""

import itertools
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote

import msgspec
import msgspec.inspect as mi
import pytest

from server.core.endpoint import UNSAFE, Endpoint, Who
from server.domain import endpoints
from tests.api.quiet import Quiet
from tests.api.samples import caller_of, route_of
from tests.api.shapes import choices, fields_of, texts_of, wrong_values
from tests.api.world import Caller, Request
from tests.browser import Answer, is_refusal

WITH_BODY = [each for each in endpoints() if each.body is not None]
WITH_QUERY = [each for each in endpoints() if each.query is not None]
WITH_COOKIE = [each for each in endpoints() if each.who is Who.MEMBER and each.method in UNSAFE]
ELSEWHERE: tuple[dict[str, str | None], ...] = (
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": None, "Origin": "https://evil.example"},
    {"Sec_Fetch_Site": None},
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")

MALFORMED = {
    "nothing": b"",
    "half an object": b"{",
    "no JSON": b"name=Ada",
    "other bytes": b"\xff\xfe{}",
    "lists in lists": b'{"more": ' + b"[" * 4000,
    "a NUL in a name": b'{"a\\u0000b": 1}',
    "no number": b'{"more": NaN}',
}
# Where a text stands, for each kind of text that is none.
NO_TEXTS = {
    "a NUL": b"\\u0000",
    "half a pair": b"\\ud800",
    "a pair the wrong way round": b"\\udc00\\ud800",
    "a raw NUL": b"\x00",
    "a byte of no letter": b"\xc3(",
}
MARK = "THE-PLACE"


def _asker(quiet: Quiet, endpoint: Endpoint) -> Caller:
    return caller_of(quiet.world, endpoint)


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=route_of)
async def test_a_body_that_is_no_object_is_refused(quiet: Quiet, endpoint: Endpoint) -> None:
    """Whatever its bytes are."""
    asked, caller = quiet.asked(endpoint), _asker(quiet, endpoint)
    for told, data in MALFORMED.items():
        _refused(f"{told} at {asked}", await caller.ask(asked, data=data), 400, "malformed")
    for told, value in {"a list": [], "a text": "x", "a number": 5, "null": None}.items():
        _refused(f"{told} at {asked}", await caller.ask(asked, data=msgspec.json.encode(value)), 422, "invalid")
    twice = msgspec.json.encode(asked.body) * 2
    _refused(f"twice at {asked}", await caller.ask(asked, data=twice), 400, "malformed")
    long = b'{"more": "' + b"x" * endpoint.most + b'"}'
    _refused(f"too long at {asked}", await caller.ask(asked, data=long), 413, "invalid")
    _refused(f"too long in pieces at {asked}", await caller.ask(asked, data=_pieces(long)), 413, "invalid")
    assert await quiet.changes() == [], f"{asked} was refused, and changed something"


async def _pieces(whole: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(whole), 4096):
        yield whole[start : start + 4096]


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=route_of)
async def test_a_field_that_cannot_be_taken_is_named(quiet: Quiet, endpoint: Endpoint) -> None:
    """Missing, of every other type, too short, too long, too small, too large, and no text at all."""
    asked, caller = quiet.asked(endpoint), _asker(quiet, endpoint)
    for field in fields_of(endpoint.body):
        name = field.encode_name
        for value in wrong_values(field):
            told = f"{name} = {str(value)[:60]!r} at {asked}"
            answer = await caller.ask(_with(asked, name, value))
            _refused(told, answer, 422, "invalid")
            assert answer.json.get("field", "").split("[")[0].split(".")[0] == name, f"{told}: {answer.text}"
        if field.required:
            without = {key: value for key, value in asked.body.items() if key != name}
            answer = await caller.ask(msgspec.structs.replace(asked, body=without))
            _refused(f"no {name} at {asked}", answer, 422, "invalid")
            assert answer.json.get("field") == name, f"no {name} at {asked}: {answer.text}"
    for field in texts_of(endpoint.body):
        for told, raw in NO_TEXTS.items():
            data = msgspec.json.encode(_with(asked, field.encode_name, f"a{MARK}b").body).replace(MARK.encode(), raw)
            _refused(f"{told} in {field.encode_name} at {asked}", await caller.ask(asked, data=data), 400, "malformed")
    assert await quiet.changes() == [], f"{asked} was refused, and changed something"


@pytest.mark.parametrize("endpoint", WITH_QUERY, ids=route_of)
async def test_a_query_that_cannot_be_taken_names_its_field(quiet: Quiet, endpoint: Endpoint) -> None:
    """Numbers out of their range, words that are none of the list, texts that are too long, cursors of others."""
    asked, caller = quiet.asked(endpoint), _asker(quiet, endpoint)
    for field in fields_of(endpoint.query):
        name = field.encode_name
        is_text = any(isinstance(each, mi.StrType) and not each.pattern for each in choices(field.type))
        wrong = [str(each) for each in wrong_values(field) if isinstance(each, int) and not isinstance(each, bool)]
        wrong = (["x" * 5000] if name == "cursor" else []) if is_text else [*wrong, "no-such-thing", "1e400"]
        if name == "cursor":
            wrong += ["bogus", "0", "%", "W10", "WzEsMl0", "bnVsbA"]
        for value in wrong:
            told = f"{name} = {value[:60]!r} at {asked}"
            answer = await caller.ask(msgspec.structs.replace(asked, query=f"?{name}={quote(value)}"))
            _refused(told, answer, 422, "invalid")
            assert answer.json.get("field") == name, f"{told}: {answer.text}"
        for value in ("%00", "a%00b"):
            answer = await caller.ask(msgspec.structs.replace(asked, query=f"?{name}={value}"))
            _refused(f"{name} = {value} at {asked}", answer, 422, "invalid")
        # Bytes that are no text, and ones that mean something to SQL's patterns, may be looked for.
        for value in ("%FF", "%25_%5C", "%ED%A0%80", "+", ""):
            answer = await caller.ask(msgspec.structs.replace(asked, query=f"?{name}={value}"))
            assert answer.status < 500, f"{name} = {value} at {asked}: {answer.text}"
    # Reading the audit log is written down there.
    assert await quiet.changes() in ([], ["audit_log"])


@pytest.mark.parametrize("path", sorted({each.path for each in endpoints()}))
async def test_a_method_that_a_path_has_not_is_refused(quiet: Quiet, path: str) -> None:
    """The answer says which ones it has."""
    here = {each.method: each for each in endpoints() if each.path == path}
    asked = quiet.asked(next(iter(here.values())))
    for method in METHODS:
        if method in here:
            continue
        answer = await quiet.world.owner.ask(msgspec.structs.replace(asked, method=method, query=""))
        told = f"{method} {asked.path}"
        _refused(told, answer, 405, "invalid")
        named = {each.strip() for each in answer.headers.get("allow", "").split(",")}
        assert named - {"HEAD"} == {str(each) for each in here}, f"{told} allows {named}"
    caller = _asker(quiet, here["GET"]) if "GET" in here else quiet.world.owner
    head = await caller.ask(msgspec.structs.replace(asked, method="HEAD"))
    assert (head.status, head.text) == (200 if "GET" in here else 405, ""), path
    if "audit" in path:
        # Whoever reads it stands in it afterwards.
        assert await quiet.changes() in ([], ["audit_log"])


@pytest.mark.parametrize("endpoint", WITH_COOKIE, ids=route_of)
async def test_another_site_s_page_changes_nothing(quiet: Quiet, endpoint: Endpoint) -> None:
    """Whatever it sends along with somebody's cookie."""
    asked = quiet.asked(endpoint)
    for told in ELSEWHERE:
        _refused(f"{told} at {asked}", await quiet.world.owner.ask(asked, data=None, **told), 403, "forbidden")
    assert await quiet.changes() == [], f"{asked} was refused, and changed something"


def _with(asked: Request, name: str, value: Any) -> Request:
    return msgspec.structs.replace(asked, body={**asked.body, name: value})


def _refused(told: str, answer: Answer, status: int, code: str) -> None:
    assert answer.status == status, f"{told}: {answer.status} {answer.text}"
    try:
        assert is_refusal(answer, status, code)
    except AssertionError as error:
        raise AssertionError(f"{told}: {answer.text}") from error


# Kept whole up to a size of their own, or taken apart as another shape.
MEASURED = {
    "PATCH /api/me settings", "PATCH /api/channels/{channel_id} appearance",
    "POST /api/conversations/{conversation_id}/hand_off state", "POST /api/bots/{bot_id}/tools settings",
    "PATCH /api/bots/{bot_id}/tools/{tool_id} settings",
}  # fmt: skip


@pytest.mark.parametrize("endpoint", [*WITH_BODY, *WITH_QUERY], ids=route_of)
def test_whatever_somebody_sends_has_an_end(endpoint: Endpoint) -> None:
    """Every text, list and dictionary says how long it may be; a pattern that repeats nothing says it as well."""
    for shape in (endpoint.body, endpoint.query):
        for field in fields_of(shape) if shape is not None else ():
            endless = [] if f"{route_of(endpoint)} {field.encode_name}" in MEASURED else [*_endless(field.type)]
            assert not endless, f"{field.encode_name} of {route_of(endpoint)}: {endless}"


def _endless(kind: mi.Type) -> Iterator[mi.Type]:
    for each in choices(kind):
        if isinstance(each, mi.StrType):
            is_short = each.pattern is not None and not re.search(r"[+*]|,\}", each.pattern)
            if each.max_length is None and not is_short:
                yield each
        elif isinstance(each, mi.ListType | mi.DictType):
            if each.max_length is None:
                yield each
            inside = (each.item_type,) if isinstance(each, mi.ListType) else (each.key_type, each.value_type)
            yield from itertools.chain(*map(_endless, inside))
        elif isinstance(each, mi.StructType):
            yield from itertools.chain(*(_endless(field.type) for field in each.fields))
