"""The log and its last wall against secrets."""

import io
import json
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import structlog

from server.core.auth import BOT, SESSION, Visitor, new_token, sign_visitor
from server.core.clock import now_ms
from server.core.config import BadSettings, Settings
from server.core.log import open_log

SECRET = "never-in-a-log-" + "x" * 32


def settings(**more: Any) -> Settings:
    return Settings(
        database_url="postgresql://frontdesk:hunter22@127.0.0.1/frontdesk", redis_url="redis://", secret=SECRET, **more
    )


class Told:
    """What was logged."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def last(self) -> dict[str, Any]:
        line: dict[str, Any] = json.loads(self.text.splitlines()[-1])
        return line


@pytest.fixture
def told() -> Iterator[Told]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    told, hook = Told(), sys.excepthook
    open_log(settings(node="web-1"), told.stream)
    yield told
    sys.excepthook = hook
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


class Draft(msgspec.Struct):
    conversation: int
    body: str


def test_a_line_says_what_when_where_and_how_bad(told: Told) -> None:
    structlog.get_logger("server.test").info("bus is back", partition=3)
    line = told.last()
    assert (line["event"], line["partition"], line["level"]) == ("bus is back", 3, "info")
    assert (line["node"], line["logger"]) == ("web-1", "server.test")
    assert line["timestamp"].endswith("Z")


def test_what_libraries_log_comes_out_the_same_way(told: Told) -> None:
    extra = {"authorization": "Basic abc", "color_message": "\x1b[1mInvalid"}
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.", extra=extra)
    line = told.last()
    assert line["node"] == "web-1"
    assert "color_message" not in line
    assert (line["event"], line["level"]) == ("Invalid HTTP request received.", "warning")
    assert line["authorization"] == "***"


@pytest.mark.parametrize(
    "key",
    ["password", "password_hash", "token", "ticket", "secret", "body", "Authorization", "Set-Cookie", "x_api_key"],
)
def test_a_value_under_a_secret_key_is_not_logged(told: Told, key: str) -> None:
    structlog.get_logger("t").info("x", **{key: "hunter22"}, deep={"list": [{key: "hunter22"}]}, partition_key="shown")
    assert "hunter22" not in told.text
    assert told.last()["deep"] == {"list": [{key: "***"}]}
    assert told.last()["partition_key"] == "shown"


def test_a_struct_hides_its_secrets_too(told: Told) -> None:
    structlog.get_logger("t").info("x", draft=Draft(7, "my card is 4111"), settings=settings())
    assert told.last()["draft"] == {"conversation": 7, "body": "***"}
    assert SECRET not in told.text
    assert "hunter22" not in told.text


def test_tokens_in_a_traceback_are_not_logged(told: Told) -> None:
    visitor, _ = sign_visitor(SECRET, Visitor(uuid4(), uuid4(), uuid4()), now_ms())
    for secret in (visitor, new_token(SESSION)[0], new_token(BOT)[0]):
        try:
            int(secret)
        except ValueError:
            structlog.get_logger("t").exception("it broke")
        assert "Traceback (most recent call last)" in told.last()["exception"]
        assert "base 10: " in told.last()["exception"]
        # Python cuts a long value short: the first half of a token is no more for a log than all of it.
        assert secret[:40] not in told.text


def test_text_is_for_people(told: Told) -> None:
    open_log(settings(log_format="text"), told.stream)
    structlog.get_logger("t").warning("bus is late", seconds=2)
    try:
        int("fds_" + "a" * 40)
    except ValueError:
        structlog.get_logger("t").exception("it broke", password="hunter22")
    assert "bus is late" in told.text
    assert "seconds=2" in told.text
    assert "base 10: '***'" in told.text
    assert "hunter22" not in told.text


def test_an_unknown_level_is_refused_by_name() -> None:
    with pytest.raises(BadSettings, match="FRONTDESK_LOG_LEVEL"):
        open_log(settings(log_level="loud"))


def test_what_ends_a_process_is_a_line_like_every_other(told: Told) -> None:
    """Whoever collects the log reads JSON, above all of the worst."""
    try:
        int("no number")
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    line = told.last()
    assert (line["level"], line["node"]) == ("critical", "web-1")
    assert "ValueError: invalid literal" in line["exception"]


def test_a_librarys_warning_is_a_line_too(told: Told) -> None:
    """Python writes them to standard error by itself, in lines of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old ways", DeprecationWarning, stacklevel=1)
    assert (told.last()["level"], told.last()["logger"]) == ("warning", "py.warnings")


def test_a_process_without_a_name_has_one_in_the_log(told: Told) -> None:
    """Lines of two processes in one stream can be told apart."""
    open_log(settings(), told.stream)
    structlog.get_logger("t").info("x")
    assert told.last()["node"].endswith(f"-{os.getpid()}")
