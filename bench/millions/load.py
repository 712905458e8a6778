"""Loads the millions: by COPY past triggers and keys, indexes afterwards, as an import of such a size would."""

import random
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from bench.millions.company import Channel, Company, contacts
from bench.millions.story import COLUMNS, DAY, Storyteller, moment
from bench.millions.texts import escaped, texts
from server.core.db import connect
from server.core.ids import uuid7_from
from server.core.progress import Progress
from tests.servers import Organization

MONTHS = 18
# The large organization's part; what is left is shared by the others.
LARGE = 0.96
GIANTS = 5
# Their secondary indexes are made when the rows are there.
LATER = (
    "message", "event", "audit_log", "conversation", "conversation_activity", "conversation_tag", "participant",
    "contact", "message_search",
)  # fmt: skip
# For the time of loading alone; what is measured runs with the product's own settings.
SETTINGS = {
    "wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "3GB", "maintenance_work_mem": "1GB",
    "autovacuum": "off", "shared_buffers": "1GB",
}  # fmt: skip
_AT_ONCE = 2_000
_INDEXES = """
select i.indexrelid::regclass::text as name, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') as made_by
  from pg_index i
 where i.indrelid = $1::regclass
   and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
 order by 1
"""
# What the readers of the event log make of talk.
_POSTED = """
insert into event (org_id, id, xid, at, kind, actor_kind, subject_type, subject_id, conversation_id, data)
select org_id, id, '1', at, 'messages_posted', 'system', 'conversation', conversation_id, conversation_id,
       jsonb_build_object('from', seq, 'upto', seq)
  from {month}
"""
_WORDS = """
insert into message_search (org_id, message_id, conversation_id, seq, at, is_internal, body)
select org_id, id, conversation_id, seq, at, is_internal, body
  from {month}
"""
_AUDITED = """
insert into audit_log (id, org_id, xid, entity_type, entity_id, action, event, actor_type, actor_id, ip_address)
select overlay(uuid7_floor(c.created_at + random() * (now() - c.created_at))::text
                 placing substr(gen_random_uuid()::text, 16) from 16)::uuid, c.org_id, '1',
       case when n % 3 = 0 then 'auth_token' else 'contact' end, c.id,
       (array['login', 'update', 'read', 'logout'])[1 + n % 4], 'an_event', 'user', $1, '203.0.113.7'
  from (select *, row_number() over () as n from contact, generate_series(1, 3) where org_id = $2) c
"""
Figures = dict[str, float]


class Loader:
    """One connection of the owner's, and what took how long."""

    def __init__(self, connection: Any, progress: Progress) -> None:
        self._connection, self._progress = connection, progress
        self.seconds: Figures = {}
        self.rows: dict[str, int] = {}

    async def copy(self, table: str, columns: str, lines: Iterable[str], count: int = 0) -> None:
        """Bring lines in; `count` of the progress bar's steps are done with them."""
        number = 0

        async def chunks() -> AsyncIterator[bytes]:
            nonlocal number
            rest = iter(lines)
            while chunk := list(islice(rest, _AT_ONCE)):
                number += len(chunk)
                yield "".join(chunk).encode()
                if count:
                    self._progress.step(table, len(chunk))

        began = time.monotonic()
        await self._connection.copy_to_table(
            table, source=chunks(), columns=columns.split(), format="text", timeout=3600
        )
        self._count(table, number, began)

    async def make(self, table: str, statement: str, *values: Any) -> None:
        """Let Postgres make rows from those that are there."""
        began = time.monotonic()
        told = await self._connection.execute(statement, *values, timeout=7200)
        self._count(table, int(told.rsplit(" ", 1)[-1]), began)

    async def drop_indexes(self) -> list[tuple[str, str]]:
        """Take away what is made again later; the statements that do."""
        found = []
        for table in LATER:
            for row in await self._connection.fetch(_INDEXES, table):
                found.append((row["name"], row["made_by"]))
                await self._connection.execute(f"drop index {row['name']}")
        return found

    async def make_indexes(self, dropped: list[tuple[str, str]]) -> None:
        """All of them again."""
        for name, made_by in dropped:
            began = time.monotonic()
            self._progress.show(f"index {name}")
            await self._connection.execute(made_by, timeout=7200)
            self.seconds[f"index {name}"] = time.monotonic() - began

    def _count(self, table: str, number: int, began: float) -> None:
        self.rows[table] = self.rows.get(table, 0) + number
        self.seconds[table] = self.seconds.get(table, 0) + time.monotonic() - began


async def load(
    owner_url: str, large: Organization, small: list[Organization], messages: int, now: int
) -> Mapping[str, Any]:
    """Fill the organizations; what is there afterwards, and how long it took."""
    connection = await connect(owner_url)
    try:
        # Past triggers and foreign keys: the rows are true among themselves, and nobody reacts to what never happened.
        await connection.execute("set session_replication_role = replica; set synchronous_commit = off")
        progress = Progress(messages, "messages")
        loader = Loader(connection, progress)
        began = time.monotonic()
        first = now - MONTHS * 30 * DAY
        chance = random.Random(messages)
        companies = await _companies(connection, chance, large, small, messages, first)
        await connection.execute(
            "select make_partitions($1::date, $2::date)", _day(first - 31 * DAY), _day(now + 62 * DAY)
        )
        dropped = await loader.drop_indexes()
        teller = Storyteller(messages, texts(chance), now)
        length = max(messages // 200, 100)
        for number in range(GIANTS):
            teller.giant(companies[0], first + number * DAY, length)
        left = messages - teller.messages
        # The business grows.
        weights = [1 + place / MONTHS for place in range(MONTHS)]
        for place, weight in enumerate(weights):
            begins = first + place * 30 * DAY
            for company in companies:
                teller.month(company, begins, begins + 30 * DAY, int(left * company.share * weight / sum(weights)))
            await _store(loader, teller, begins + 30 * DAY if place < MONTHS - 1 else now)
        await _store_contacts(loader, companies, teller.last_seen)
        for month in await connection.fetch(
            "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'message'::regclass order by 1"
        ):
            progress.show(f"what the readers make of {month['name']}")
            await loader.make("messages_posted", _POSTED.format(month=month["name"]))
            await loader.make("message_search", _WORDS.format(month=month["name"]))
        for company in companies:
            await loader.make("audit_log", _AUDITED, company.agents[0][0], company.id)
        await loader.make_indexes(dropped)
        progress.show("vacuum and analyze")
        at = time.monotonic()
        await connection.execute("vacuum (analyze)", timeout=7200)
        loader.seconds["vacuum analyze"] = time.monotonic() - at
        return {
            "rows": loader.rows, "seconds": {name: round(each, 1) for name, each in loader.seconds.items()},
            "seconds_in_all": round(time.monotonic() - began), "giants": teller.giants,
        }  # fmt: skip
    finally:
        await connection.close()


async def _store(loader: Loader, teller: Storyteller, ends: int) -> None:
    for table, lines in teller.take_rows().items():
        await loader.copy(table, COLUMNS[table], lines)
    talk, decided = teller.take_until(ends)
    await loader.copy("message", COLUMNS["message"], talk, count=1)
    await loader.copy("event", COLUMNS["event"], decided)


async def _companies(
    connection: Any, chance: random.Random, large: Organization, small: list[Organization], messages: int, first: int
) -> list[Company]:
    made = []
    for number, org in enumerate([large, *small]):
        share = LARGE if number == 0 else (1 - LARGE) / len(small)
        seats = await connection.fetch(
            "select a.id, a.name from agent a join member m using (org_id, id) where a.org_id = $1 order by a.id",
            org.id,
        )
        teams = [uuid7_from(first, chance.getrandbits(74)) for _ in range(4)]
        await connection.executemany(
            "insert into team (org_id, id, name) values ($1, $2, $3)",
            [(org.id, each, f"Team {place}") for place, each in enumerate(teams, 1)],
        )
        others = [Channel(uuid7_from(first, chance.getrandbits(74)), part) for part in (0.2, 0.06, 0.0005)]
        await connection.executemany(
            "insert into channel (org_id, id, kind, name) values ($1, $2, 'web_widget', $3)",
            [(org.id, each.id, f"Channel {place}") for place, each in enumerate(others, 1)],
        )
        count = max(20, int(messages * 0.02 * share))
        ids = [uuid7_from(first - chance.randrange(30 * DAY), chance.getrandbits(74)).hex for _ in range(count)]
        channels = [*others, Channel(org.channel_id, 1.0)]
        people = contacts(chance, count, sorted(ids))
        made.append(Company(org.id, [tuple(each) for each in seats], teams, channels, people, share))
    return made


async def _store_contacts(loader: Loader, companies: list[Company], seen: Mapping[str, int]) -> None:
    def lines(told: Callable[[Any, str], str]) -> Iterator[str]:
        for company in companies:
            for each in company.contacts:
                yield told(each, company.id.hex)

    def contact(each: Any, org: str) -> str:
        at, made = seen.get(each.id), moment(int(each.id[:12], 16))
        last = moment(at) if at else "\\N"
        anonymous = "f" if each.email else "t"
        return f"{org}\t{each.id}\t{escaped(each.name)}\t{each.email or chr(92) + 'N'}\t{last}\t{anonymous}\t{made}\n"

    def identity(each: Any, org: str) -> str:
        return f"{org}\t{each.id}\t{each.id}\tweb_widget\t{each.id}\n"

    await loader.copy("contact", "org_id id name email last_seen_at is_anonymous created_at", lines(contact))
    await loader.copy("contact_identity", "org_id id contact_id kind address", lines(identity))


def _day(ms: int) -> date:
    return datetime.fromtimestamp(ms / 1000, UTC).date()
