"""What a stream of frames means: the sans-IO half of the websockets package says it, for ours to be compared with."""

import msgspec
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from server.protocol import client_frames as say
from tests.gateway.raw import NO_CODE, Event

_decode = msgspec.json.Decoder(say.AnyClientFrame).decode
ABNORMAL = 1006


def told(text: bytes) -> str:
    """What the gateway says to a text that is no frame; it quotes enough of it to show that it came whole."""
    try:
        _decode(text.decode())
    except msgspec.DecodeError as error:
        return str(error)
    raise AssertionError(f"this is a frame and gets no refusal: {text!r}")


def verdict(sent: bytes, most: int) -> tuple[Event, ...]:
    """What a client that sends this hears according to websockets, up to the end of the connection."""
    protocol = ServerProtocol(state=OPEN, max_size=most)
    protocol.receive_data(sent)
    protocol.receive_eof()
    heard: list[Event] = []
    message = b""
    for event in protocol.events_received():
        assert isinstance(event, Frame)
        payload = bytes(event.data)
        if event.opcode is Opcode.PING:
            heard.append(payload)
        elif event.opcode is Opcode.CLOSE:
            # Without a code in it a close means 1005, which nobody sends; we answer it with 1000, in which it agrees.
            code = int.from_bytes(payload[:2]) if payload else NO_CODE
            return (*heard, 1000 if code == NO_CODE else code)
        elif event.opcode is not Opcode.PONG:
            message += payload
            if event.fin:
                try:
                    heard.append(told(message))
                except UnicodeDecodeError:
                    return (*heard, 1007)
                message = b""
    code = ABNORMAL if protocol.close_sent is None else int(protocol.close_sent.code)
    return tuple(heard) if code == ABNORMAL else (*heard, code)
