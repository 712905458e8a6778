"""What must hold after any weather: the log, Postgres and every screen tell the same, and no promise was broken."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from server.protocol.client_frames import PostMessage
from tests.servers import House
from tests.weather.client import Client
from tests.weather.timeline import Number


class Row(NamedTuple):
    """One numbered line as Postgres holds it; only a message has a body."""

    conversation_id: UUID
    epoch: int
    seq: int
    id: UUID
    body: str | None


class Stored(NamedTuple):
    """What Postgres holds of the conversations, and how it counts them."""

    rows: Sequence[Row]
    counted: dict[UUID, tuple[int, int]]


class Seen(NamedTuple):
    """What one client says of itself in the end."""

    said: dict[UUID, PostMessage]
    promised: dict[UUID, Number]
    shown: dict[UUID, list[tuple[UUID, str]]]
    lost: frozenset[UUID] = frozenset()


def seen_by(client: Client) -> Seen:
    """The client's own record."""
    shown = {each: timeline.shown for each, timeline in client.timelines.items()}
    return Seen(client.said, client.promised, shown, frozenset(client.lost))


async def stored_in(house: House, org_id: UUID) -> Stored:
    """Look into Postgres past every wall."""
    # In one statement: while bots and agents act on, two would tell of two moments.
    found = await house.rows(
        "select r.*, l.message_count, l.last_seq"
        "  from (select org_id, conversation_id, epoch, seq, id, body from message"
        "        union all"
        "        select org_id, conversation_id, epoch, seq, id, null from event where seq is not null) r"
        "  left join conversation_live l using (org_id, conversation_id)"
        " where org_id = $1",
        org_id,
    )
    rows = [Row(*(each[name] for name in Row._fields)) for each in found]
    return Stored(rows, {each["conversation_id"]: (each["message_count"], each["last_seq"]) for each in found})


def broken(stored: Stored, clients: Iterable[Seen], perhaps: Collection[UUID] = ()) -> list[str]:
    """Every law that does not hold, in words; `perhaps` was said by those who do not say again what is lost."""
    found: list[str] = []
    clients = list(clients)
    said = {each: frame for client in clients for each, frame in client.said.items()}
    found += _of_promises(stored, said, clients, perhaps)
    by_conversation: dict[UUID, list[Row]] = {}
    for row in sorted(stored.rows, key=lambda each: (each.seq, each.epoch)):
        by_conversation.setdefault(row.conversation_id, []).append(row)
    for conversation_id, rows in by_conversation.items():
        found += _of_numbers(conversation_id, rows, stored.counted)
        found += _of_order(rows, clients)
        kept = [(row.id, row.body) for row in rows if row.body is not None]
        for client in clients:
            shown = client.shown.get(conversation_id)
            if shown is not None and shown != kept:
                found.append(f"{conversation_id}: somebody is shown {_difference(shown, kept)}")
    return found


def _of_promises(
    stored: Stored, said: dict[UUID, PostMessage], clients: Sequence[Seen], perhaps: Collection[UUID]
) -> Iterator[str]:
    messages = [row for row in stored.rows if row.body is not None]
    times = Counter(row.id for row in messages)
    rows: dict[UUID, Row] = {row.id: row for row in messages}
    voids = {(row.conversation_id, row.epoch, row.seq) for row in stored.rows if row.body is None}
    for each, frame in said.items():
        if times[each] != 1:
            yield f"{frame.body!r} is stored {times[each]} times"
        elif rows[each].body != frame.body:
            yield f"{frame.body!r} is stored as {rows[each].body!r}"
    for row in messages:
        if row.id not in said and row.id not in perhaps:
            yield f"{row.body!r} was said by nobody"
    for client in clients:
        for each, number in client.promised.items():
            kept = rows.get(each)
            # Where it was known already the number that it got the second time is void.
            if kept is not None and (kept.epoch, kept.seq) != number and (kept.conversation_id, *number) not in voids:
                yield f"{kept.body!r} was promised to be at {number} and is at {(kept.epoch, kept.seq)}"


def _of_numbers(conversation_id: UUID, rows: Sequence[Row], counted: dict[UUID, tuple[int, int]]) -> Iterator[str]:
    seqs = [row.seq for row in rows]
    if seqs != list(range(1, len(seqs) + 1)):
        yield f"{conversation_id}: the numbers are {seqs}"
    epochs = [row.epoch for row in rows]
    if epochs != sorted(epochs):
        yield f"{conversation_id}: an older epoch comes after a newer one: {epochs}"
    messages = sum(row.body is not None for row in rows)
    if counted.get(conversation_id) != (messages, len(seqs)):
        yield f"{conversation_id}: {(messages, len(seqs))} are counted as {counted.get(conversation_id)}"


def _of_order(rows: Sequence[Row], clients: Sequence[Seen]) -> Iterator[str]:
    places = {row.id: at for at, row in enumerate(rows)}
    for client in clients:
        order = [places[each] for each in client.said if each in places and each not in client.lost]
        if order != sorted(order):
            yield f"somebody's lines stand in another order than they were said: {order}"


def _difference(shown: list[tuple[UUID, str]], kept: list[tuple[UUID, Any]]) -> str:
    missing = [body for _, body in kept if body not in {each for _, each in shown}]
    strange = [body for _, body in shown if body not in {each for _, each in kept}]
    return f"{len(shown)} lines for {len(kept)}; missing {missing[:5]}, too many {strange[:5]}"
