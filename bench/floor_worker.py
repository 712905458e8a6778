"""The floor of ingest: from one stream into one plain table with three indexes, in batches, and nothing else."""

import asyncio
import os
import sys
from datetime import UTC, datetime

import msgspec
import uvloop

from bench.floor_gateway import STREAM
from bench.floor_rows import BATCH, insert, row
from bench.floor_valkey import line
from server.core.db import connect
from server.protocol.client_frames import PostMessage

LINGER = 0.01
_decode = msgspec.json.Decoder(PostMessage, strict=False).decode


async def main() -> None:
    """Follow the stream until the parent ends; the key floor:stored tells how many were stored."""
    valkey, connection = await line(sys.argv[2]), await connect(sys.argv[1])
    print("ready", flush=True)
    cursor, parent = b"0", os.getppid()
    while os.getppid() == parent:
        reply = await valkey.call(b"XREAD", b"COUNT", BATCH, b"BLOCK", 500, b"STREAMS", STREAM, cursor)
        if not reply:
            continue
        ((_, entries),) = reply
        at, rows = datetime.now(UTC), []
        for _, (_, seq, _, data) in entries:
            frame = _decode(data)
            rows.append(row(frame.id, frame.conversation_id, int(seq), at, frame.body))
        await insert(connection, rows)
        cursor = entries[-1][0]
        await valkey.call(b"INCRBY", b"floor:stored", len(rows))
        await valkey.call(b"XTRIM", STREAM, b"MINID", b"~", cursor)
        if len(rows) < BATCH:
            await asyncio.sleep(LINGER)


if __name__ == "__main__":
    uvloop.run(main())
