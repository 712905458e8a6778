"""What the doctor finds: how it is, and what to do about it."""

from typing import Literal

from msgspec import Struct

State = Literal["ok", "note", "bad"]


class Finding(Struct, frozen=True):
    """One line: what was looked at, how it is, and what to do where it is not well."""

    state: State
    what: str
    told: str
    do: str = ""


def ok(what: str, told: str) -> Finding:
    """It is well."""
    return Finding("ok", what, told)


def note(what: str, told: str, do: str = "") -> Finding:
    """It works, and somebody should know this of it."""
    return Finding("note", what, told, do)


def bad(what: str, told: str, do: str) -> Finding:
    """It has to be mended."""
    return Finding("bad", what, told, do)


def either(is_well: bool, what: str, told: str, do: str, *, state: State = "bad") -> Finding:  # noqa: FBT001 - the question itself
    """Well, or not."""
    return ok(what, told) if is_well else Finding(state, what, told, do)


def clock(what: str, seconds: float) -> Finding:
    """How far another machine's clock is from ours."""
    # The log's time is Valkey's own; a token or an invitation may end so much earlier or later.
    do = "let both machines follow a time server (chrony, systemd-timesyncd)"
    told = f"its clock and this machine's differ by {abs(seconds):.1f} s"
    return either(abs(seconds) < 2, f"{what} clock", told, do, state="note" if abs(seconds) < 60 else "bad")
