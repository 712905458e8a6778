"""Actors, tokens and passwords."""

from uuid import uuid4

import jwt
import msgspec
import pytest

from server.core.auth import (
    SESSION,
    VISITOR_MS,
    Actor,
    Passwords,
    Visitor,
    new_token,
    read_visitor,
    sign_visitor,
    token_hash,
)
from server.core.clock import now_ms
from server.core.errors import Forbidden, Unauthenticated
from server.core.permissions import PERMISSIONS

SECRET = "s" * 32


def a_visitor() -> Visitor:
    return Visitor(uuid4(), uuid4(), uuid4(), "Zoë")


def test_a_visitor_is_known_again_by_the_token() -> None:
    visitor, now = a_visitor(), now_ms()
    token, ends = sign_visitor(SECRET, visitor, now)
    assert read_visitor(SECRET, token) == msgspec.structs.replace(visitor, ends_at=ends)
    assert now + VISITOR_MS - 1000 < ends <= now + VISITOR_MS


def test_a_token_that_has_ended_names_nobody() -> None:
    token, _ = sign_visitor(SECRET, a_visitor(), now_ms() - VISITOR_MS - 2000)
    with pytest.raises(Unauthenticated):
        read_visitor(SECRET, token)


def test_a_token_signed_with_another_secret_names_nobody() -> None:
    token, _ = sign_visitor("x" * 32, a_visitor(), now_ms())
    with pytest.raises(Unauthenticated):
        read_visitor(SECRET, token)


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_changed_token_names_nobody(part: int) -> None:
    token, _ = sign_visitor(SECRET, a_visitor(), now_ms())
    parts = token.split(".")
    parts[part] = ("A" if parts[part][5] != "A" else "B").join((parts[part][:5], parts[part][6:]))
    with pytest.raises(Unauthenticated):
        read_visitor(SECRET, ".".join(parts))


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "\x00", "\ud800", "é" * 200, "fdb_x"])
def test_what_is_no_token_names_nobody(token: str) -> None:
    with pytest.raises(Unauthenticated):
        read_visitor(SECRET, token)


def test_a_token_for_something_else_names_nobody() -> None:
    claims = {"org": str(uuid4()), "cha": str(uuid4()), "sub": str(uuid4()), "exp": now_ms() // 1000 + 60}
    unsigned = jwt.encode({**claims, "aud": "visitor"}, "", algorithm="none")
    other = jwt.encode({**claims, "aud": "file"}, SECRET, algorithm="HS256")
    endless = jwt.encode({**claims, "aud": "visitor", "exp": None}, SECRET, algorithm="HS256")
    nameless = jwt.encode({"aud": "visitor", "exp": claims["exp"]}, SECRET, algorithm="HS256")
    for token in (unsigned, other, endless, nameless):
        with pytest.raises(Unauthenticated):
            read_visitor(SECRET, token)


def test_a_visitor_has_no_permissions_and_a_viewer_only_reads() -> None:
    visitor = a_visitor().actor()
    assert not any(visitor.may(each) for each in PERMISSIONS["owner"])
    viewer = Actor("member", uuid4(), uuid4(), "Vi", role="viewer")
    viewer.require("conversation.read")
    with pytest.raises(Forbidden, match=r"conversation\.reply"):
        viewer.require("conversation.reply")
    assert {each for each in PERMISSIONS["viewer"] if not each.endswith(".read")} == set()


def test_tokens_are_kept_as_hashes_and_never_repeat() -> None:
    (one, one_hash), (two, _) = new_token(SESSION), new_token(SESSION)
    assert one.startswith("fds_")
    assert one != two
    assert token_hash(one) == one_hash
    assert len(one_hash) == 32


async def test_a_password_is_checked_and_a_missing_one_never_right() -> None:
    passwords = Passwords()
    stored = await passwords.hash("correct horse")
    assert stored.startswith("$argon2id$")
    assert await passwords.verify(stored, "correct horse")
    assert not await passwords.verify(stored, "battery staple")
    assert not await passwords.verify(None, "correct horse")
    assert not await passwords.verify("no hash", "correct horse")
    passwords.close()
