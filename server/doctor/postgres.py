"""Postgres: whether it is the right one, released, safe for what is committed, and followed by workers."""

import time
from collections.abc import AsyncIterator
from typing import Any

from server.core.config import Settings
from server.core.db import Transaction, open_db
from server.core.sql import load
from server.doctor.finding import Finding, clock, either, ok
from server.release import WORKING_ROLES, fingerprint, schema_sql

sql = load(__file__)

# Settings that a committed message survives a power cut by.
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
# Tables that have a partition for each month.
MONTHLY = ("message", "event", "audit_log")
# Pools of one web, and of one worker (workers/__main__.py).
WEB_POOLS, WORKER_POOLS = 1, 3


async def of_postgres(settings: Settings) -> list[Finding]:
    """Everything about it; raises Unavailable while it is away, BadSettings where it is not released."""
    db = await open_db(settings.database_url, "fd_lookup", size=1)
    try:
        async with db.unscoped() as tx:
            return [finding async for finding in _look(tx, settings)]
    finally:
        await db.close()


async def _look(tx: Transaction, settings: Settings) -> AsyncIterator[Finding]:
    asked = time.time()
    theirs = await tx.value(sql.clock)
    seconds = theirs - (asked + time.time()) / 2
    yield ok("postgres", f"version {await _setting(tx, 'server_version')} answers")
    yield clock("postgres", seconds)
    for name in DURABLE:
        found = await _setting(tx, name)
        yield either(found != "off", name, found, "set it to on: a power cut loses what was told to be stored")
    yield await _zone(tx)
    yield await _connections(tx, settings)
    mark = f"frontdesk {fingerprint(schema_sql())}"
    found = await tx.value(sql.release_mark)
    told = "is this version's" if found == mark else f"is another version's ({found or 'none'}, not {mark})"
    yield either(found == mark, "schema", told, "run `frontdesk release`")
    for finding in await _roles(tx):
        yield finding
    months = [row["name"] for row in await tx.records(sql.missing_months, tables=MONTHLY)]
    told = f"{', '.join(months)} missing" if months else "this month and the next are there"
    yield either(not months, "partitions of time", told, "start a worker: it makes them every six hours")
    for finding in await _work(tx, settings):
        yield finding


async def _setting(tx: Transaction, name: str) -> str:
    found: str = await tx.value(sql.setting_of, name=name)
    return found


async def _zone(tx: Transaction) -> Finding:
    zone = await _setting(tx, "timezone")
    do = "set timezone to UTC: months of partitions begin at its midnight"
    return either(zone in {"UTC", "Etc/UTC", "GMT"}, "time zone", zone, do, state="note")


async def _connections(tx: Transaction, settings: Settings) -> Finding:
    kept = [int(await _setting(tx, each)) for each in ("superuser_reserved_connections", "reserved_connections")]
    room = int(await _setting(tx, "max_connections")) - sum(kept)
    wanted = (settings.web * WEB_POOLS + settings.workers * WORKER_POOLS) * settings.database_pool
    told = f"{room} for {wanted} of {settings.web} web and {settings.workers} worker"
    return either(room >= wanted, "connections", told, "raise max_connections, or lower FRONTDESK_DATABASE_POOL")


async def _roles(tx: Transaction) -> list[Finding]:
    missing = [row["name"] for row in await tx.records(sql.missing_roles, names=list(WORKING_ROLES))]
    told = f"the login may not become {', '.join(missing)}" if missing else f"all {len(WORKING_ROLES)} are there"
    login: Any = (await tx.records(sql.login))[0]
    walls = f"{login['name']} passes row security by" if login["is_mighty"] else f"{login['name']} is bound by it"
    return [
        either(not missing, "roles", told, "run `frontdesk release`"),
        either(not login["is_mighty"], "row security", walls, "give DATABASE_URL a login that is no superuser"),
    ]


async def _work(tx: Transaction, settings: Settings) -> list[Finding]:
    shards = await tx.records(sql.shards)
    held = [row for row in shards if row["is_held"]]
    told = f"{len(held)} of {len(shards)} partitions are held by {len({row['lease_token'] for row in held})}"
    letters = await tx.value(sql.count_dead_letters)
    return [
        either(
            len(shards) == settings.partitions, "partitions of the log", f"{len(shards)}",
            f"FRONTDESK_PARTITIONS says {settings.partitions}; keep the number that is there",
        ),
        either(len(held) == len(shards) > 0, "workers", told, "start a worker; a dead one's leases end by themselves"),
        either(not letters, "dead letters", f"{letters} wait", "look at them: frontdesk dead-letters", state="note"),
    ]  # fmt: skip
