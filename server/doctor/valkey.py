"""Valkey: whether it keeps what was accepted, and whether the log is stored as fast as it grows."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import Any

from server.core.cache import open_cache, require_version
from server.core.config import Settings
from server.core.errors import Unavailable
from server.core.lasting import end
from server.core.partitions import Partitions
from server.core.valkey import ReplyError, Valkey, connection
from server.doctor.finding import Finding, bad, clock, either, note, ok
from server.domain.chat.backlog import unstored

PATIENCE = 3.0
# What one node may be behind in hearing the bus before Valkey cuts it off, where nobody set it otherwise.
PUBSUB_BYTES = 32 * 1024 * 1024
# A second's worth of a busy installation; more for longer than a moment means that workers cannot keep up.
BACKLOG = 1000


async def of_valkey(settings: Settings) -> list[Finding]:
    """Everything about it, and about each server of a cluster; raises Unavailable while it is away."""
    await (await open_cache(settings.redis_url)).close()
    valkey = connection(settings.redis_url, deadline=settings.command_deadline)
    partitions = Partitions(settings.partitions)
    running = asyncio.create_task(valkey.run())
    try:
        async with asyncio.timeout(PATIENCE):
            await valkey.wait_ready()
        found: list[Finding] = []
        seen = set()
        for partition in partitions.all:
            if (identity := valkey.identity(partition.shard)) not in seen:
                seen.add(identity)
                found += await _of_server(valkey, partition.shard)
        return [*found, await _backlog(valkey, partitions, settings)]
    except TimeoutError:
        raise Unavailable("valkey does not answer") from None
    finally:
        await end([running])


async def _of_server(valkey: Valkey, near: bytes) -> list[Finding]:
    asked = time.time()
    seconds, micros = await valkey.call_near(near, "TIME")
    theirs, ours = int(seconds) + int(micros) / 1e6, (asked + time.time()) / 2
    info = _fields(await valkey.call_near(near, "INFO"))
    require_version(info)
    name = "Valkey" if "valkey_version" in info else "Redis"
    version = info.get("valkey_version", info.get("redis_version", ""))
    try:
        config = _config(await valkey.call_near(near, "CONFIG", "GET", "*"))
    except ReplyError:
        config = {}
    return [
        ok("valkey", f"{name} {version} answers"),
        clock("valkey", theirs - ours),
        *_persistence(info, config),
        _memory(info),
        _pubsub(config),
    ]


def _persistence(info: Mapping[str, str], config: Mapping[str, str]) -> Iterable[Finding]:
    policy = config.get("maxmemory-policy", info.get("maxmemory_policy", ""))
    yield either(policy == "noeviction", "maxmemory-policy", policy, "set it to noeviction: a log that forgets is none")
    is_kept = info.get("aof_enabled") == "1"
    told = "yes" if is_kept else "no"
    yield either(is_kept, "appendonly", told, "set it to yes: a restart loses what was accepted and not stored")
    sync = config.get("appendfsync", "")
    if not sync:
        yield note("appendfsync", "CONFIG is not for this user", "see that it is always, or everysec")
    elif sync == "everysec":
        yield note("appendfsync", sync, "a power cut takes back a second of what was accepted; senders say it again")
    else:
        yield either(sync == "always", "appendfsync", sync, "set it to always or everysec")
    failed = [each for each in ("aof_last_write_status", "aof_last_bgrewrite_status") if info.get(each, "ok") != "ok"]
    told = f"{', '.join(failed)} failed" if failed else "writes what it takes"
    yield either(not failed, "append-only file", told, "look at its disk and its log: nothing is accepted meanwhile")


def _memory(info: Mapping[str, str]) -> Finding:
    used, most = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    most = most or int(info.get("total_system_memory", 0))
    told = f"{used / 2**20:,.0f} of {most / 2**20:,.0f} MB"
    if most and used > 0.95 * most:
        return bad("memory", told, "give Valkey more: beyond it nothing is accepted")
    return either(not most or used < 0.75 * most, "memory", told, "give Valkey more in time", state="note")


def _pubsub(config: Mapping[str, str]) -> Finding:
    words = config.get("client-output-buffer-limit", "").split()
    what = "client-output-buffer-limit pubsub"
    if "pubsub" not in words:
        return note(what, "CONFIG is not for this user", "see that it is 32mb or more")
    hard = int(words[words.index("pubsub") + 1])
    told = f"{hard / 2**20:.0f} MB" if hard else "none"
    return either(hard == 0 or hard >= PUBSUB_BYTES, what, told, "a node that is slow for a moment is cut off: 32mb")


async def _backlog(valkey: Valkey, partitions: Partitions, settings: Settings) -> Finding:
    waiting = await unstored(valkey, partitions)
    told = f"{sum(waiting.values()):,} entries wait to be stored"
    if max(waiting.values()) >= settings.unstored_cap:
        return bad("backlog", told, "senders are told busy: look at the workers and at Postgres")
    do = "workers are behind: see that one runs, and frontdesk_stored_lag_seconds"
    return either(sum(waiting.values()) < BACKLOG, "backlog", told, do, state="note")


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _fields(info: Any) -> dict[str, str]:
    pairs = (line.partition(":") for line in _text(info).splitlines() if ":" in line)
    return {name: value for name, _, value in pairs}


def _config(told: Any) -> dict[str, str]:
    pairs = told.items() if isinstance(told, dict) else zip(told[::2], told[1::2], strict=True)
    return {_text(name): _text(value) for name, value in pairs}
