"""What the database itself keeps true of interactions, whoever writes them."""

from typing import Any
from uuid import UUID

import pytest

from tests.schema.world import Row, World


async def _shown(world: World, row: Row, *columns: str) -> tuple[Any, ...]:
    found = await world.connection.fetchrow(
        f"select {', '.join(columns)} from interaction where id = $1", UUID(row["id"])
    )
    return tuple(found)


async def _change(world: World, row: Row, **fields: Any) -> None:
    sets = ", ".join(f"{name} = r.{name}" for name in fields)
    await world.connection.execute(
        f"update interaction i set {sets} from jsonb_populate_record(null::interaction, $1) r where i.id = $2",
        fields,
        UUID(row["id"]),
    )


@pytest.mark.parametrize("hand", [{"escalated_to_human": True}, {"human_seconds": 1}])
async def test_what_a_person_had_a_hand_in_is_live_chat(world: World, hand: Row) -> None:
    """Wholly, whether it is written so at once or comes to be so; other ways than a bot stay what they are."""
    org = await world.organization()
    written = await world.row("interaction", org, mode="bot", **hand)
    assert written["mode"] == "live_chat"
    alone = await world.row("interaction", org, mode="bot", bot_seconds=9)
    assert alone["mode"] == "bot"
    await _change(world, alone, **hand)
    assert await _shown(world, alone, "mode", "bot_seconds") == ("live_chat", 9)
    await _change(world, alone, mode="bot")
    assert await _shown(world, alone, "mode") == ("live_chat",)
    call = await world.row("interaction", org, mode="video_call", **hand)
    assert call["mode"] == "video_call"


def _over(day: int, **fields: Any) -> Row:
    return {
        "started_at": f"2026-11-{day:02d}T10:00:00Z", "ended_at": f"2026-11-{day:02d}T10:05:00Z",
        "status": "completed", "resolution_status": "resolved", **fields,
    }  # fmt: skip


@pytest.mark.parametrize("is_late", [False, True])
async def test_whoever_comes_back_within_a_week_had_not_enough_of_one_contact(world: World, *, is_late: bool) -> None:
    """With the same matter; in whichever order the rows are written."""
    org = await world.organization()
    contact, about = await world.row("contact", org), await world.row("interaction_type", org)
    other = await world.row("interaction_type", org)
    same: Row = {"contact_id": contact["id"], "interaction_type_id": about["id"]}
    planned = [
        _over(1, **same), _over(7, **same), _over(9, **same | {"interaction_type_id": other["id"]}),
        _over(15, **same), _over(9, interaction_type_id=about["id"]),
    ]  # fmt: skip
    written = [await world.row("interaction", org, **each) for each in (reversed(planned) if is_late else planned)]
    first, repeat, another, later, stranger = reversed(written) if is_late else written
    for row, is_enough in ((first, False), (repeat, True), (another, True), (later, True), (stranger, True)):
        assert await _shown(world, row, "first_contact_resolution") == (is_enough,), row["started_at"]
    # Somebody says what the third was really about.
    await _change(world, another, interaction_type_id=about["id"])
    assert await _shown(world, repeat, "first_contact_resolution") == (False,)
    await _change(world, another, interaction_type_id=other["id"])
    assert await _shown(world, repeat, "first_contact_resolution") == (True,)


async def test_a_conversation_that_is_opened_again_was_not_done_with_one_contact(world: World) -> None:
    """Whatever it is about; and what is open, or was given up, is not done at all."""
    org = await world.organization()
    first = await world.row("interaction", org, **_over(1))
    given_up = await world.row("interaction", org, **_over(2) | {"status": "abandoned"})
    again = await world.row("interaction", org, parent_id=first["id"], started_at="2026-11-03T10:00:00Z")
    found = [await _shown(world, each, "first_contact_resolution") for each in (first, given_up, again)]
    assert found == [(False,), (False,), (None,)]


async def test_a_customer_s_totals_are_what_is_over(world: World) -> None:
    """Counted when it ends, and never twice; taken back with the row."""
    org = await world.organization()
    customer = await world.row("customer", org)

    async def totals() -> tuple[Any, ...]:
        return tuple(await world.connection.fetchrow(
            "select total_interactions, successful_interactions, escalation_count, first_interaction_at::date::text,"
            " last_interaction_at::date::text, success_rate::float8 from customer where id = $1", UUID(customer["id"]),
        ))  # fmt: skip

    row = await world.row("interaction", org, customer_id=customer["id"], started_at="2026-11-01T10:00:00Z")
    assert await totals() == (0, 0, 0, None, None, None)
    over = _over(2)
    del over["started_at"]
    await _change(world, row, **over)
    await _change(world, row, **over)
    assert await totals() == (1, 1, 0, "2026-11-01", "2026-11-02", 1.0)
    lost = await world.row(
        "interaction", org, customer_id=customer["id"],
        **_over(5, escalated_to_human=True) | {"status": "abandoned", "resolution_status": "unresolved"},
    )  # fmt: skip
    assert await totals() == (2, 1, 1, "2026-11-01", "2026-11-05", 0.5)
    await world.connection.execute("delete from interaction where id = $1", UUID(lost["id"]))
    assert (await totals())[:3] == (1, 1, 0)


async def test_a_worker_keeps_totals_in_its_own_organization(world: World) -> None:
    """The triggers work with the worker's own rights, under row security."""
    org = await world.organization()
    customer = await world.row("customer", org)
    await world.become("fd_worker", org)
    await world.insert("interaction", {"org_id": str(org), "customer_id": customer["id"], **_over(1)})
    told = await world.connection.fetchval(
        "select total_interactions from customer where id = $1", UUID(customer["id"])
    )
    assert told == 1
