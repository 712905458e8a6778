"""The log: structlog for ours and for libraries, JSON or text, with a last wall against secrets.

Nobody logs message text or tokens in the first place; the wall is for the day somebody does, and for tracebacks.
"""

import dataclasses
import logging
import os
import re
import socket
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from server.core.config import BadSettings, Settings

HIDDEN = "***"
# A key is hidden when one of its words is among these: set_cookie, password_hash, X-Api-Key.
_SECRET_WORDS = frozenset(
    {"password", "passwords", "token", "ticket", "secret", "body", "authorization", "cookie", "cookies", "credentials"}
)
# What looks like a secret wherever it stands: our tokens, JWTs, and the password inside a URL.
_SECRET_TEXT = re.compile(
    r"\bfd[sbktir]_[A-Za-z0-9_-]{16,}|\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
)


def open_log(settings: Settings, stream: TextIO | None = None) -> None:
    """Send everything that is logged in this process, by us and by libraries, to one stream."""
    to = sys.stderr if stream is None else stream
    level = logging.getLevelNamesMapping().get(settings.log_level.upper())
    if level is None:
        raise BadSettings("FRONTDESK_LOG_LEVEL must be debug, info, warning or error")
    as_json = settings.log_format == "json"
    renderer: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=to.isatty(), exception_formatter=structlog.dev.plain_traceback)]
    )
    shared: list[Processor] = [
        _with_node(settings),
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    handler = logging.StreamHandler(to)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(), _without_colors],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, hide_keys, *renderer, hide_text],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    sys.excepthook = _told_to_the_log
    # We tell ourselves when a web listens and stops; its own words for that come twice.
    logging.getLogger("uvicorn.error").setLevel(max(level, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )


def log_beside() -> None:
    """For a command at a terminal: what is logged goes to standard error, for standard output is the answer."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))


def _told_to_the_log(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What ends the process is a line like every other, not a page of text between them."""
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger("server").critical("the process ends over a mistake", exc_info=(kind, error, trace))


def node_name(settings: Settings) -> str:
    """What this process is called.

    Without a name of its own the machine's, and the process: two of them may share both a machine and a file.
    """
    return settings.node or f"{socket.gethostname()}-{os.getpid()}"


def _with_node(settings: Settings) -> Processor:
    node = node_name(settings)

    def with_node(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {**event, "node": node}

    return with_node


def _without_colors(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    # Uvicorn says everything twice, the second time for a terminal.
    event.pop("color_message", None)
    return event


def hide_keys(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Put *** for every value whose key names a secret, at any depth."""
    # A traceback becomes text in a later step, and only from the tuple that it is.
    kept = {"exc_info": event["exc_info"]} if "exc_info" in event else {}
    return {key: HIDDEN if _is_secret(key) else _shown(value) for key, value in event.items()} | kept


def hide_text(_: WrappedLogger, __: str, line: Any) -> str:
    """Put *** for whatever looks like a secret in the finished line, such as a traceback's."""
    return _SECRET_TEXT.sub(HIDDEN, line)


def _is_secret(key: object) -> bool:
    words = re.split(r"[^a-z]+", str(key).lower())
    return not _SECRET_WORDS.isdisjoint(words) or "api_key" in str(key).lower().replace("-", "_")


def _shown(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): HIDDEN if _is_secret(key) else _shown(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and not hasattr(value, "_fields"):
        return [_shown(inner) for inner in value]
    return value
