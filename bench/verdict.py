"""Compares what was said with what both sides saw and with what Postgres holds, line by line."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple
from uuid import UUID

from bench.corpus import Dialogue
from bench.seat import Seen, Transcript

Kind = Literal["lost", "twice", "order", "changed", "hole", "stranger", "resync"]


class Line(NamedTuple):
    """One line of a dialogue under the id that its speaker gave it."""

    id: UUID
    body: str


class Row(NamedTuple):
    """One numbered line as Postgres holds it; a decision has no body."""

    epoch: int
    seq: int
    id: UUID
    type: str
    body: str | None


class Performance(NamedTuple):
    """One dialogue as it was played: what was said, and what each side saw."""

    dialogue: Dialogue
    conversation_id: UUID
    said: Sequence[Line]
    visitor: Transcript
    agent: Transcript


class Difference(NamedTuple):
    """Something that is not as it was said; `where` is visitor, agent or postgres."""

    kind: Kind
    where: str
    conversation_id: UUID
    told: str


# A dialogue is started, taken and closed, once each; whatever else has a number was said by nobody.
DECISIONS = ("conversation_started", "conversation_taken", "conversation_closed")


def compare(performance: Performance, rows: Sequence[Row]) -> list[Difference]:
    """Everything that is wrong with one conversation."""
    found = []
    for where, transcript in (("visitor", performance.visitor), ("agent", performance.agent)):
        found += _of_side(performance, where, transcript)
    stored = sorted(rows, key=lambda row: (row.epoch, row.seq))
    found += _of_lines(performance, "postgres", stored)
    seqs = [row.seq for row in stored]
    if seqs != list(range(1, len(seqs) + 1)):
        found.append(Difference("hole", "postgres", performance.conversation_id, f"the numbers are {seqs}"))
    shown = {each.id: (each.epoch, each.seq) for each in performance.agent.seen}
    for row in stored:
        if shown.get(row.id, (row.epoch, row.seq)) != (row.epoch, row.seq):
            told = f"{row.id} is stored as {row.epoch}/{row.seq}, and was shown as {shown[row.id]}"
            found.append(Difference("changed", "postgres", performance.conversation_id, told))
    return found


def compare_all(performances: Iterable[Performance], rows: Mapping[UUID, Sequence[Row]]) -> list[Difference]:
    """Everything that is wrong with a whole replay."""
    return [each for one in performances for each in compare(one, rows.get(one.conversation_id, ()))]


def _of_side(performance: Performance, where: str, transcript: Transcript) -> list[Difference]:
    conversation_id, found = performance.conversation_id, []
    live = [(each.epoch, each.seq) for each in transcript.seen if each.how == "live"]
    if live != sorted(live):
        found.append(Difference("order", where, conversation_id, f"it came live as {live}"))
    if not transcript.recovered:
        found.append(Difference("resync", where, conversation_id, "a resume could not go on from the position"))
    seen = _once(transcript)
    found += _of_lines(performance, where, seen)
    previous = 0
    for each in seen:
        if each.after != previous:
            told = f"{each.seq} comes after {each.after}, and {previous} was the last one seen"
            found.append(Difference("hole", where, conversation_id, told))
        previous = each.seq
    return found


def _once(transcript: Transcript) -> list[Seen]:
    """What a client shows: in order, without what it has to drop because it has it already.

    What is read from the past may come live as well, and after a lost socket one's own line also as `accepted`.
    """
    shown: dict[tuple[UUID, int, int], set[str]] = {}
    kept = []
    for each in sorted(transcript.seen, key=lambda one: (one.epoch, one.seq)):
        ways = shown.setdefault((each.id, each.epoch, each.seq), set())
        may_repeat = each.how not in ways and ("resumed" in {each.how, *ways} or transcript.was_cut)
        if not ways or not may_repeat:
            kept.append(each)
        ways.add(each.how)
    return kept


def _of_lines(performance: Performance, where: str, seen: Sequence[Seen] | Sequence[Row]) -> list[Difference]:
    talk = [each for each in seen if each.type == "message_posted"]
    told = [*_of_talk(performance, talk), *_of_decisions(seen)]
    return [Difference(kind, where, performance.conversation_id, text) for kind, text in told]


def _of_talk(performance: Performance, talk: Sequence[Seen | Row]) -> Iterator[tuple[Kind, str]]:
    said = {line.id: (number, line.body) for number, line in enumerate(performance.said, 1)}
    times = Counter(each.id for each in talk)
    for line_id, (number, body) in said.items():
        if line_id not in times:
            yield "lost", f"line {number} {body!r}"
        elif times[line_id] > 1:
            yield "twice", f"line {number} {body!r} stands there {times[line_id]} times"
    for each in talk:
        if each.id not in said:
            yield "stranger", f"{each.seq} {each.body!r} was said by nobody"
        elif each.body != said[each.id][1]:
            yield "changed", f"line {said[each.id][0]} {said[each.id][1]!r} became {each.body!r}"
    order = [said[each.id][0] for each in talk if each.id in said]
    if order != sorted(order):
        yield "order", f"the lines stand as {order}"


def _of_decisions(seen: Sequence[Seen] | Sequence[Row]) -> Iterator[tuple[Kind, str]]:
    decided = Counter(each.type for each in seen if each.type != "message_posted")
    for name in DECISIONS:
        if decided[name] != 1:
            yield "twice" if decided[name] else "lost", f"{name} stands there {decided[name]} times"
    for name in decided.keys() - set(DECISIONS):
        yield "stranger", f"{name} was decided by nobody"
