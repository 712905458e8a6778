"""Tools: plain functions that are described, and called with checked arguments."""

import threading
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta

from frontdesk_bot import BadArguments, Bot, NoSuchTool

bot = Bot("http://127.0.0.1", "fdb_none")


@dataclass
class Parcel:
    """What is on its way."""

    number: str
    weight: float = 1.0


@bot.tool
def order_status(
    order_id: Annotated[str, Meta(description="As on the bill", pattern="^[0-9]+$")],
    speed: Literal["slow", "fast"] = "slow",
) -> dict[str, Any]:
    """What became of an order."""
    return {"order_id": order_id, "speed": speed, "thread": threading.current_thread().name}


@bot.tool
async def send_parcel(parcel: Parcel, tags: list[str] = []) -> Parcel:  # noqa: B006 - it is copied
    """Send a parcel."""
    tags.append("sent")
    return Parcel(parcel.number + "".join(tags), parcel.weight * 2)


def test_a_tool_is_described_by_its_docstring_and_types() -> None:
    """What a model is told is JSON schema, with what it refers to inside."""
    status, parcel = bot.tools.described()
    assert status == {
        "name": "order_status",
        "description": "What became of an order.",
        "parameters": {
            "type": "object",
            "properties": {
                "order_id": {"type": "string", "description": "As on the bill", "pattern": "^[0-9]+$"},
                "speed": {"enum": ["fast", "slow"], "default": "slow"},
            },
            "required": ["order_id"],
            "additionalProperties": False,
        },
    }
    assert parcel["parameters"]["properties"]["parcel"] == {"$ref": "#/$defs/Parcel"}
    assert parcel["parameters"]["$defs"]["Parcel"]["required"] == ["number"]


async def test_a_plain_function_is_called_in_a_thread_of_its_own() -> None:
    """It may be slow, and holds up nobody."""
    answer = await bot.tools.call("order_status", '{"order_id": "1041"}')
    assert (answer["order_id"], answer["speed"]) == ("1041", "slow")
    assert answer["thread"] != threading.current_thread().name


async def test_what_a_tool_gives_can_be_written_as_json() -> None:
    """Arguments come as the types say, answers go as plain values, and no call sees the defaults of another."""
    for _ in range(2):
        assert await bot.tools.call("send_parcel", {"parcel": {"number": "7"}}) == {"number": "7sent", "weight": 2.0}


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("order_status", {}, "missing required field `order_id`"),
        ("order_status", {"order_id": "x"}, r"order_id"),
        ("order_status", {"order_id": "1", "colour": "red"}, "unknown field `colour`"),
        ("order_status", {"order_id": "1", "speed": "warp"}, "'warp' - at `\\$.speed`"),
        ("order_status", "{", "order_status: "),
        ("send_parcel", {"parcel": {"number": 7}}, r"\$.parcel.number"),
    ],
)
async def test_wrong_arguments_are_told_and_nothing_is_called(name: str, arguments: Any, told: str) -> None:
    """The message says what is wrong where, so that a model can mend it."""
    with pytest.raises(BadArguments, match=told):
        await bot.tools.call(name, arguments)


async def test_an_unknown_tool_is_told_which_there_are() -> None:
    """A model makes up names."""
    with pytest.raises(NoSuchTool, match="order_status, send_parcel"):
        await bot.tools.call("order_statuses", {})


def test_what_cannot_be_described_is_no_tool() -> None:
    """A docstring and types are all that a model knows; a name is taken once."""

    def untold(order_id: str) -> None:
        del order_id

    def untyped(order_id) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        """Something."""
        del order_id

    def spread(*orders: str) -> None:
        """Something."""
        del orders

    for wrong, told in ((untold, "docstring"), (untyped, "needs a type"), (spread, "by the names")):
        with pytest.raises(TypeError, match=told):
            bot.tool(wrong)
    with pytest.raises(ValueError, match="already"):
        bot.tool(order_status)
