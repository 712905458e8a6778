"""The talk of the millions, month by month, as lines of COPY: what ingest, decisions and readers would have written."""

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from bench.millions.company import Company, some_tag
from bench.millions.texts import LANGUAGES, Texts, escaped

HOUR, DAY = 3_600_000, 86_400_000
# As workers/batch.py cuts it.
PREVIEW = 120
# How many of the newest days hold conversations that are not over, and how many of these a person holds.
LIVE_DAYS, HELD = 2, 0.8
Lines = list[str]
_LANGUAGES, _WEIGHTS = list(LANGUAGES), list(LANGUAGES.values())

COLUMNS = {
    "message": "org_id id conversation_id seq at sender_kind sender_agent_id sender_contact_id sender_name body"
    " is_internal",
    "event": "org_id id xid at kind actor_kind actor_id subject_type subject_id conversation_id epoch seq data",
    "conversation": "org_id id session_key channel_id contact_id status priority subject locale assigned_agent_id"
    " assigned_team_id queued_at assigned_at first_response_at version turn wait_seconds resolved_by_agent_id"
    " close_reason started_at closed_at page_url user_agent ip created_at",
    "conversation_live": "org_id conversation_id last_seq public_seq last_message_seq last_sender_id message_count"
    " last_message_at last_activity_at last_preview preview_seq",
    "conversation_activity": "org_id conversation_id at",
    "participant": "org_id conversation_id agent_id contact_id role joined_at left_at last_read_seq last_delivered_seq",
    "conversation_tag": "org_id conversation_id tag tagged_by created_at",
}


class Timed(NamedTuple):
    """A line, and when it came to be."""

    at: int
    line: str


def moment(ms: int) -> str:
    """Milliseconds since the epoch as Postgres reads them."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat()


class Storyteller:
    """Tells conversations; keeps what belongs into later months."""

    def __init__(self, seed: int, spoken: Texts, now: int) -> None:
        self._chance, self._texts, self._now = random.Random(seed), spoken, now
        # Months later than the one that is told.
        self._talk: list[Timed] = []
        self._decided: list[Timed] = []
        self._rows: dict[str, Lines] = defaultdict(list)
        self.last_seen: dict[str, int] = {}
        self.giants: list[str] = []
        self.messages = 0

    def month(self, company: Company, begins: int, ends: int, messages: int, *, brief: float = 2.37) -> None:
        """As many conversations as it takes to say so much; sixteen messages each, or as `brief` has it."""
        wanted = self.messages + messages
        while self.messages < wanted:
            # By day more than by night.
            at = int(begins + self._chance.random() * (ends - begins))
            if 6 < at // HOUR % 24 < 21 or self._chance.random() < 0.2:
                length = min(2_000, max(2, int(self._chance.lognormvariate(brief, 0.9))))
                slow = self._chance.random() < 0.08
                self.tell(company, at, length, self._chance.expovariate(1 / (8 * HOUR if slow else 50_000)) + 4_000)

    def giant(self, company: Company, begins: int, length: int) -> None:
        """One that never ended."""
        self.giants.append(self.tell(company, begins, length, (self._now - begins) / (length + 3)))

    def tell(self, company: Company, at: int, length: int, pause: float) -> str:  # noqa: PLR0915 - told in one breath
        """One conversation, from its beginning to its end or to now; its id."""
        chance, org = self._chance, company.id.hex
        bits = chance.getrandbits
        conversation = self._id(at)
        contact = company.contacts[int(len(company.contacts) * chance.random() ** 1.5)]
        agent_id, agent = company.agents[int(len(company.agents) * chance.random() ** 1.3)]
        language = chance.choices(_LANGUAGES, _WEIGHTS)[0]
        started, first_at, seq, public, heard, last = at, 0, 1, 1, "", 0
        public_body = ""
        self._decide(
            org, conversation, at, 1, "conversation_started", "contact", contact.id, contact.name, "waiting", 1, 0
        )
        taken, said_by = 0, ""
        told, said = self._talk, 0
        for number in range(length):
            at += int(pause * (0.5 + chance.random()))
            if at >= self._now - 20_000:
                break
            if number == 1 and not taken:
                seq = public = seq + 1
                taken = at - 2_000
                self._decide(
                    org, conversation, taken, seq, "conversation_taken", "member", agent_id.hex, agent, "assigned", 2, 1
                )
            is_visitor = number % 2 == 0 if number < 2 else bits(3) < 4
            is_note = not is_visitor and bits(5) == 0
            body = self._texts.line(chance, language, is_visitor=is_visitor)
            seq += 1
            if not is_note:
                public, public_body = seq, body
            if not is_visitor and not is_note and not first_at:
                first_at = at
            who = contact.id if is_visitor else agent_id.hex
            name = contact.name if is_visitor else agent
            seat = f"contact\t\\N\t{who}" if is_visitor else f"member\t{who}\t\\N"
            said_by, last, said = who, seq, said + 1
            heard = moment(at)
            note = "t" if is_note else "f"
            line = f"{org}\t{self._id(at - 40)}\t{conversation}\t{seq}\t{heard}\t{seat}\t{name}\t{body}\t{note}\n"
            told.append(Timed(at, line))
        if not said:
            # It began a moment ago; somebody greets, as everybody does.
            at = started + 500
            said, seq, public, last, said_by, heard = 1, seq + 1, seq + 1, seq + 1, contact.id, moment(at)
            public_body = "hello"
            line = _line(
                org, self._id(at), conversation, seq, heard, "contact", None, contact.id, contact.name, "hello", "f"
            )
            told.append(Timed(at, line))
        at = min(at, self._now - 10_000)
        self.messages += said
        self.last_seen[contact.id] = max(self.last_seen.get(contact.id, 0), at)
        is_live = (at > self._now - LIVE_DAYS * DAY and chance.random() < 0.5) or length > 10_000
        is_held = bool(taken) and is_live and chance.random() < HELD
        team = company.teams[bits(2)].hex if company.teams and bits(1) else None
        closed = None if is_live else at
        if not is_live:
            seq = public = seq + 1
            self._decide(
                org, conversation, at, seq, "conversation_closed", "member", agent_id.hex, agent, "closed", 3, 2
            )
        rows = self._rows
        begun, ended = moment(started), moment(at)
        rows["conversation"].append(_line(
            org, conversation, f"widget:{conversation}", company.channel(chance).hex, contact.id,
            "assigned" if is_held else "waiting" if is_live else "closed",
            chance.choices((3, 4, 2, 5, 1), (88, 6, 4, 1.5, 0.5))[0], "About an order" if bits(1) else None, language,
            agent_id.hex if is_held else None, team, begun if is_live and not is_held else None,
            moment(taken) if taken else None, moment(first_at) if first_at else None, 1 if is_live else 3,
            1 if is_held else 0, (taken - started) // 1000 if taken else 0, agent_id.hex if closed else None,
            "solved" if closed else None, begun, ended if closed else None, "/orders/10417",
            "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/145.0", "203.0.113.7", begun,
        ))  # fmt: skip
        preview = public_body[:PREVIEW].rstrip("\\")
        rows["conversation_live"].append(
            _line(org, conversation, seq, public, last, said_by, said, heard, ended, preview, last)
        )
        rows["conversation_activity"].append(_line(org, conversation, heard))
        rows["participant"].append(_line(org, conversation, None, contact.id, "contact", begun, None, public, public))
        if taken:
            rows["participant"].append(_line(
                org, conversation, agent_id.hex, None, "primary", begun, ended if closed else None, last, last
            ))  # fmt: skip
        for tag in {some_tag(chance) for _ in range(bits(2) % 3)}:
            rows["conversation_tag"].append(_line(org, conversation, tag, "member", ended))
        return conversation

    def take_rows(self) -> dict[str, Lines]:
        """What came to be besides talk since the last time."""
        rows, self._rows = dict(self._rows), defaultdict(list)
        return rows

    def take_until(self, ends: int) -> tuple[Iterator[str], Iterator[str]]:
        """Talk and decisions up to an instant, in the order in which they were stored."""
        found = []
        for kept in (self._talk, self._decided):
            kept.sort(key=lambda each: each.at)
            count = next((place for place, each in enumerate(kept) if each.at >= ends), len(kept))
            found.append([each.line for each in kept[:count]])
            del kept[:count]
        return iter(found[0]), iter(found[1])

    def _id(self, at: int) -> str:
        bits = self._chance.getrandbits(74)
        return f"{at:012x}7{bits >> 62:03x}{0x8000_0000_0000_0000 | bits & 0x3FFF_FFFF_FFFF_FFFF:016x}"

    def _decide(
        self, org: str, conversation: str, at: int, seq: int, kind: str, actor: str, actor_id: str, name: str,
        status: str, version: int, turn: int,
    ) -> None:  # fmt: skip
        event = conversation if kind == "conversation_started" else self._id(at)
        data = {
            "type": kind, "id": event, "conversation_id": conversation,
            "sender": {"kind": actor, "id": actor_id, "name": name}, "status": status, "version": version, "turn": turn,
        }  # fmt: skip
        if kind == "conversation_taken":
            data |= {"agent_id": actor_id, "agent_name": name}
        self._decided.append(Timed(at, _line(
            org, event, 1, moment(at), kind, actor, actor_id, "conversation", conversation, conversation, 1, seq,
            escaped(json.dumps(data)),
        )))  # fmt: skip


def _line(*values: object) -> str:
    return "\t".join("\\N" if each is None else str(each) for each in values) + "\n"
