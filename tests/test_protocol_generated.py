"""What others read of the protocol is what the server speaks."""

from typing import Any, get_args

import msgspec
import pytest

from server.core.protocol_answers import ANSWERS
from server.core.protocol_examples import COMMANDS, CREDENTIALS, LINES
from server.core.protocol_page import ANSWERED_BY
from server.core.typescript import typescript
from server.generated import main
from server.protocol.client_frames import AnyClientFrame, AsBot, AsMember, AsVisitor
from server.protocol.entries import AnyEntry
from server.protocol.senders import SENDERS
from server.protocol.server_frames import AnyServerFrame

UNIONS: list[tuple[Any, tuple[msgspec.Struct, ...]]] = [
    (AnyClientFrame, COMMANDS),
    (AnyServerFrame, ANSWERS),
    (AnyEntry, LINES),
    (AsVisitor | AsMember | AsBot, CREDENTIALS),
]


def test_what_is_generated_is_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    """protocol.ts and protocol.md are what `make types` would write."""
    assert main(check=True) == 0, capsys.readouterr().err


@pytest.mark.parametrize(("union", "examples"), UNIONS, ids=["commands", "answers", "entries", "credentials"])
def test_every_frame_has_an_example_that_decodes(union: Any, examples: tuple[msgspec.Struct, ...]) -> None:
    """The examples in the documentation can be sent as they stand."""
    assert {type(each) for each in examples} == set(get_args(union))
    for each in examples:
        assert msgspec.json.decode(msgspec.json.encode(each), type=union) == each


def test_every_command_says_who_may_send_it_and_what_answers() -> None:
    """A new command is not forgotten in the documentation's table."""
    assert set(get_args(AnyClientFrame)) == set(SENDERS) == set(ANSWERED_BY)


def test_every_struct_on_the_wire_has_a_typescript_interface() -> None:
    """Whatever a union names is written out, so that the compiler sees it."""
    text = typescript()
    for union, _ in UNIONS:
        for each in get_args(union):
            assert f"export interface {each.__name__} {{" in text
