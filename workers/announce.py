"""Telling what is committed: to the log's own marks, and over the bus to whoever waits for it."""

from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import structlog

from server.core.errors import Unavailable
from server.core.partitions import Partition
from server.core.valkey import ReplyError, Script, Valkey
from server.domain import chat
from server.protocol.line import Audience, Kind, Line, build, parse
from server.protocol.server_frames import Stored

logger = structlog.get_logger(__name__)
STORED = Script((Path(chat.__file__).parent / "stored.lua").read_text())

# The stream keeps this much behind the cursor, for the bus to heal from; the ring, for clients to resume from.
STREAM_KEEPS = 10_000
RING_KEEPS = 200
# Entries that one look at the stream brings.
AT_ONCE = 500
# Of a partition everything from this number on is to be told again.
Failed = Callable[[Partition, int], None]


def announce(calm: Valkey, partition: Partition, epoch: int, lines: Iterable[Line], failed: Failed) -> None:
    """Tell that these lines of one partition are committed, the last of each conversation.

    What does not arrive, because Valkey or this worker goes, is told by whoever adopts the partition (`announce_rest`),
    or by whom `failed` calls.
    """
    lines = list(lines)
    topics = {line.topic: line for line in lines}
    first, upto = min(line.n for line in lines), max(line.n for line in lines)
    keys, arguments = [partition.shard, partition.ingest, partition.bus], []
    for line in topics.values():
        keys += [partition.state(line.org, line.topic), partition.ring(line.org, line.topic)]
        arguments += [line.seq, _stored_line(line)]

    def noted(reply: object) -> None:
        if isinstance(reply, ReplyError):
            logger.error("what is stored could not be told", error=str(reply))
        elif isinstance(reply, Unavailable):
            failed(partition, first)

    calm.call_script(STORED, tuple(keys), (epoch, upto, STREAM_KEEPS, RING_KEEPS, *arguments), noted)


async def announce_rest(calm: Valkey, partition: Partition, epoch: int, after: int, upto: int, failed: Failed) -> None:
    """Tell what was committed up to a number, but announced only before; raises Unavailable."""
    while after < upto:
        found = await calm.call("XRANGE", partition.ingest, after + 1, upto, "COUNT", AT_ONCE)
        if not found:
            return
        lines = [parse(fields[1]) for _, fields in found]
        logger.info("telling what was stored before", partition=partition.number, after=after, upto=lines[-1].n)
        announce(calm, partition, epoch, lines, failed)
        after = lines[-1].n


def _stored_line(line: Line) -> bytes:
    frame = msgspec.json.encode(Stored(line.topic_id, line.epoch, line.seq))
    return build(
        Kind.STORED, Audience.PUBLIC, line.org, line.topic, line.contact, frame, epoch=line.epoch, seq=line.seq
    )
