"""The floor of the gateway: bare picows sockets, and one accept-like script in Valkey if the socket asks for it.

Whoever says `hello` with the mode `bare` gets each message acknowledged at once; with `stack`, when the script has
numbered it and appended it to a stream. In both modes it is sent on to whoever watches its conversation.
"""

import sys
from typing import Any

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_create_server

from bench.floor_valkey import Line, line
from bench.load_frames import CONVERSATION, ID

STREAM, BUS = b"floor:ing", b"floor:bus"
# Number, remember the id, record, announce: what no chat over Valkey can do without.
SCRIPT = b"""
local seq = redis.call('HINCRBY', KEYS[1], 's', 1)
redis.call('HSET', KEYS[1], ARGV[1], seq)
redis.call('XADD', KEYS[2], '*', 's', seq, 'l', ARGV[2])
redis.call('SPUBLISH', KEYS[3], ARGV[2])
return seq
"""


class Floor:
    """What all sockets share."""

    def __init__(self, valkey: Line, sha: bytes) -> None:
        self.valkey, self.sha = valkey, sha
        self.watching: dict[bytes, set[WSTransport]] = {}


class Seat(WSListener):
    """One socket of the floor."""

    def __init__(self, floor: Floor) -> None:
        self._floor, self._is_bare = floor, True

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take a message, or one of the three frames that set the scene."""
        if frame.msg_type != WSMsgType.TEXT:
            transport.disconnect()
            return
        data = frame.get_payload_as_bytes()
        if data.startswith(b'{"type":"post_message"'):
            if self._is_bare:
                self._placed(transport, data, 1)
            else:
                self._place(transport, data)
        elif data.startswith(b'{"type":"hello"'):
            self._is_bare = b'"bare"' in data
            transport.send(WSMsgType.TEXT, b'{"type":"welcome"}')
        else:
            is_watch = data.startswith(b'{"type":"watch"')
            for part in data.split(b'"conversation_id":"')[1:]:
                watching = self._floor.watching.setdefault(part[:36], set())
                (watching.add if is_watch else watching.discard)(transport)
            if is_watch:
                transport.send(WSMsgType.TEXT, b'{"type":"resumed"}')

    def _place(self, transport: WSTransport, data: bytes) -> None:
        def answered(seq: Any) -> None:
            self._placed(transport, data, seq)

        floor = self._floor
        key = b"floor:m:" + data[CONVERSATION]
        floor.valkey.send(answered, b"EVALSHA", floor.sha, 3, key, STREAM, BUS, data[ID], data)

    def _placed(self, transport: WSTransport, data: bytes, seq: int) -> None:
        transport.send(WSMsgType.TEXT, b'{"type":"accepted","id":"%s","seq":%d}' % (data[ID], seq))
        for watching in self._floor.watching.get(data[CONVERSATION], ()):
            watching.send(WSMsgType.TEXT, data)


async def main() -> None:
    """Serve on a port until the parent ends."""
    port, path = int(sys.argv[1]), sys.argv[2]
    valkey = await line(path)
    floor = Floor(valkey, await valkey.call(b"SCRIPT", b"LOAD", SCRIPT))
    server = await ws_create_server(lambda _: Seat(floor), "127.0.0.1", port, websocket_handshake_timeout=20)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
