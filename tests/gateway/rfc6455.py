"""RFC 6455 as a table, in the order of the Autobahn test suite: what a client sends, and what it hears.

`because` stands where our answer is not that of the websockets package, and says why.
"""

from typing import NamedTuple

from tests.gateway.oracle import told
from tests.gateway.raw import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Event, head, masked

# The limits of the web that the table is tried at: every form of a length lies below the first.
MOST_BYTES = 70_000
MOST_FRAGMENTS = 8

AT_THE_HEAD = "picows looks at the head of a frame, websockets waits for the whole of it and allows for a longer form"


class Case(NamedTuple):
    """One line of the table; a close code is the last thing that is heard."""

    section: str
    sent: bytes
    heard: tuple[Event, ...]
    because: str = ""


def line(text: str = "echo", size: int = 0) -> bytes:
    """A text that the gateway refuses with its words in the refusal, of at least so many bytes."""
    return f'{{"type":"{text}"}}'.encode().ljust(size)


def close(code: int, reason: bytes = b"") -> bytes:
    """A client's close frame."""
    return masked(CLOSE, code.to_bytes(2) + reason)


def cut(text: bytes, *places: int) -> bytes:
    """A message in fragments, cut at these places."""
    pieces = [text[a:b] for a, b in zip((0, *places), (*places, len(text)), strict=True)]
    return b"".join(
        masked(CONTINUATION if number else TEXT, piece, fin=number == len(pieces) - 1)
        for number, piece in enumerate(pieces)
    )


SAID = told(line())
WORD = masked(TEXT, line())
BEGUN = masked(TEXT, line()[:5], fin=False)
ENDED = masked(CONTINUATION, line()[5:])
LETTERS = line("Grüße, κόσμε, 世界 👋")

FRAMING = {
    **{
        f"a text of {size} bytes": Case("5.2", masked(TEXT, line(size=size) if size else b""), (heard,))
        for size, heard in (
            (0, told(b"")),
            *((size, SAID) for size in (125, 126, 127, 128, 65_535, 65_536, MOST_BYTES)),
        )
    },
    "a mask of noughts": Case("5.3", masked(TEXT, line(), key=bytes(4)), (SAID,)),
    "a mask of ones": Case("5.3", masked(TEXT, line(), key=b"\xff" * 4), (SAID,)),
    "a mask that looks like a frame": Case("5.3", masked(TEXT, line(), key=b"\x81\x00\x88\x00"), (SAID,)),
    "another mask for each frame": Case(
        "5.3", b"".join(masked(TEXT, line(), key=bytes([each] * 4)) for each in range(3)), (SAID,) * 3
    ),
    "no mask": Case("5.1", head(TEXT, len(line())) + line(), (1002,)),
    "no mask on a ping": Case("5.1", head(PING, 0), (1002,)),
    "a length of two bytes for 5": Case("5.2", b"\x81\xfe" + (5).to_bytes(2) + b"mask", (1002,), AT_THE_HEAD),
    "a length of two bytes for 125": Case("5.2", b"\x81\xfe" + (125).to_bytes(2) + b"mask", (1002,), AT_THE_HEAD),
    "a length of eight bytes for 5": Case("5.2", b"\x81\xff" + (5).to_bytes(8) + b"mask", (1002,), AT_THE_HEAD),
    "a length of eight bytes for 65,535": Case(
        "5.2", b"\x81\xff" + (65_535).to_bytes(8) + b"mask", (1002,), AT_THE_HEAD
    ),
    "a length with its highest bit set": Case(
        "5.2", b"\x81\xff" + (2**63).to_bytes(8) + b"mask", (1002,), "the RFC forbids the bit before it says how long"
    ),
}
PINGS = {
    "a ping of nothing": Case("5.5.2", masked(PING), (b"",)),
    "a ping with a text": Case("5.5.2", masked(PING, b"still there?"), (b"still there?",)),
    "a ping of any bytes": Case("5.5.2", masked(PING, b"\x00\xff\xfe\x80"), (b"\x00\xff\xfe\x80",)),
    "a ping of 125 bytes": Case("5.5.2", masked(PING, b"x" * 125), (b"x" * 125,)),
    "a ping of 126 bytes": Case("5.5", masked(PING, bytes(126)), (1002,)),
    "a ping of 126 bytes that never come": Case("5.5", masked(PING, told=126), (1002,), AT_THE_HEAD),
    "a pong of 126 bytes": Case("5.5", masked(PONG, bytes(126)), (1002,)),
    "a pong that nobody asked for": Case("5.5.3", masked(PONG) + masked(PONG, b"hello") + WORD, (SAID,)),
    "ten pings in a row": Case(
        "5.5.2", b"".join(masked(PING, b"%d" % each) for each in range(10)), tuple(b"%d" % each for each in range(10))
    ),
    "a ping in fragments": Case("5.5", masked(PING, b"?", fin=False), (1002,)),
    "a pong in fragments": Case("5.5", masked(PONG, b"?", fin=False), (1002,)),
}
RESERVED = {
    **{
        f"bits {rsv:03b} on a {name}": Case("5.2", masked(opcode, payload, rsv=rsv), (1002,))
        for rsv in (1, 2, 3, 4, 5, 6, 7)
        for name, opcode, payload in (("text", TEXT, line()), ("ping", PING, b""), ("pong", PONG, b""))
    },
    "a bit on a close": Case("5.2", masked(CLOSE, b"\x03\xe8", rsv=4), (1002,)),
    "a bit on a continuation": Case("5.2", BEGUN + masked(CONTINUATION, line()[5:], rsv=4), (1002,)),
    "a bit behind a good text": Case("5.2", WORD + masked(TEXT, line(), rsv=1), (SAID, 1002)),
    **{f"opcode {opcode}": Case("5.2", masked(opcode, line()), (1002,)) for opcode in (3, 4, 5, 6, 7)},
    **{f"opcode {opcode}": Case("5.2", masked(opcode), (1002,)) for opcode in (11, 12, 13, 14, 15)},
    "a kind that is none inside a message": Case("5.2", BEGUN + masked(3), (1002,)),
}
FRAGMENTS = {
    "two fragments": Case("5.4", BEGUN + ENDED, (SAID,)),
    "empty fragments around a text": Case(
        "5.4", masked(TEXT, fin=False) + masked(CONTINUATION, line(), fin=False) + masked(CONTINUATION), (SAID,)
    ),
    "fragments of nothing": Case("5.4", masked(TEXT, fin=False) + masked(CONTINUATION), (told(b""),)),
    "a ping between fragments": Case("5.4", BEGUN + masked(PING, b"now") + ENDED, (b"now", SAID)),
    "a pong between fragments": Case("5.4", BEGUN + masked(PONG, b"now") + ENDED, (SAID,)),
    "two messages in fragments": Case("5.4", (BEGUN + ENDED) * 2, (SAID, SAID)),
    "letters that are cut in two": Case(
        "5.6", cut(LETTERS, *(LETTERS.index(each.encode()) + 1 for each in "üό界👋")), (told(LETTERS),)
    ),
    "a continuation of nothing": Case("5.4", masked(CONTINUATION, line()), (1002,)),
    "a part of nothing": Case("5.4", masked(CONTINUATION, line(), fin=False), (1002,)),
    "a continuation after the end": Case("5.4", WORD + masked(CONTINUATION, line()), (SAID, 1002)),
    "a continuation after the end of fragments": Case("5.4", BEGUN + ENDED + masked(CONTINUATION), (SAID, 1002)),
    "a text inside a text": Case("5.4", BEGUN + WORD, (1002,)),
    "a text inside one that began empty": Case("5.4", masked(TEXT, fin=False) + WORD, (1002,)),
    "the beginning of a text inside a text": Case("5.4", BEGUN + BEGUN, (1002,)),
    "a binary message inside a text": Case(
        "5.4", BEGUN + masked(BINARY, b"x"), (1003,), "whatever it stands in, binary is answered with 1003"
    ),
}  # fmt: skip
UTF8 = {
    **{
        f"good: {name}": Case("8.1", masked(TEXT, line(text)), (told(line(text)),))
        for name, text in (
            ("the last of one byte", "\x7f"), ("the first of two", "\x80"), ("the last of two", "\u07ff"),
            ("the first of three", "\u0800"), ("before the surrogates", "\ud7ff"), ("behind them", "\ue000"),
            ("no characters, yet valid", "\ufffe\uffff\ufdd0"), ("the first of four", "\U00010000"),
            ("the last there is", "\U0010ffff"), ("a mark of byte order", "\ufeff"), ("letters of all kinds", "κόσμε"),
        )
    },
    **{
        f"bad: {name}": Case("8.1", masked(TEXT, b'"' + text + b'"'), (1007,))
        for name, text in (
            ("a byte that is none", b"\xff"), ("another", b"\xfe"), ("a continuation alone", b"\x80"),
            ("a beginning alone", b"\xc3"), ("two of three", b"\xe2\x82"), ("three of four", b"\xf0\x9f\x91"),
            ("an overlong slash", b"\xc0\xaf"), ("of three bytes", b"\xe0\x80\xaf"), ("of four", b"\xf0\x80\x80\xaf"),
            ("an overlong NUL", b"\xc0\x80"), ("the first surrogate", b"\xed\xa0\x80"),
            ("the last surrogate", b"\xed\xbf\xbf"), ("a pair of surrogates", b"\xed\xa0\xbd\xed\xb1\x8b"),
            ("above what there is", b"\xf4\x90\x80\x80"), ("five bytes", b"\xf8\x88\x80\x80\x80"),
            ("six bytes", b"\xfc\x84\x80\x80\x80\x80"), ("behind good letters", "κόσμε".encode() + b"\xed\xa0\x80!"),
        )
    },
    "half a letter at the end": Case("8.1", masked(TEXT, b'"\xc3'), (1007,)),
    "half a letter over two fragments": Case("8.1", cut(b'"\xc3"', 2), (1007,)),
    # Looked at when the message is whole; the RFC leaves it open, and nothing of it is read before.
    "a bad first fragment, and then no more": Case("8.1", masked(TEXT, b'"\xff', fin=False), ()),
    "a bad first fragment, and a ping": Case(
        "8.1", masked(TEXT, b'"\xff', fin=False) + masked(PING, b"?") + masked(CONTINUATION, b'"'), (b"?", 1007)
    ),
    "a good text, and then a bad one": Case("8.1", WORD + masked(TEXT, b"\xff"), (SAID, 1007)),
}  # fmt: skip

ECHOED = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999)
FORBIDDEN = (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 5001, 65_535)
FAREWELLS = {
    "a close without a code": Case("5.5.1", masked(CLOSE), (1000,)),
    **{f"code {code}": Case("7.4", close(code), (code,)) for code in ECHOED},
    **{f"code {code}, which may not be sent": Case("7.4", close(code), (1002,)) for code in FORBIDDEN},
    "a reason": Case("5.5.1", close(1000, "Grüße".encode()), (1000,)),
    "a reason of 123 bytes": Case("5.5.1", close(1000, b"x" * 123), (1000,)),
    "a reason of 124 bytes": Case("5.5", close(1000, b"x" * 124), (1002,)),
    "a reason that is no UTF-8": Case("5.5.1", close(1000, b"\xff"), (1007,)),
    "half a code": Case("5.5.1", masked(CLOSE, b"\x03"), (1002,)),
    "a close in fragments": Case("5.5", masked(CLOSE, b"\x03\xe8", fin=False), (1002,)),
    "a ping before the close": Case("5.5.2", masked(PING, b"last") + close(1000), (b"last", 1000)),
    "a text before the close": Case("5.5.1", WORD + close(1000), (SAID, 1000)),
    "a text behind the close": Case("5.5.1", close(1000) + WORD, (1000,)),
    "a ping behind the close": Case("5.5.1", close(1000) + masked(PING, b"too late"), (1000,)),
    "a close inside a message": Case(
        "5.4", BEGUN + close(1000), (1000,), "control frames may stand between fragments; websockets wants an end first"
    ),
}
LIMITS = {
    "one byte too much": Case("7.4.1", masked(TEXT, line(size=MOST_BYTES + 1)), (1009,)),
    "a frame that is told to be huge": Case("7.4.1", masked(TEXT, told=2**40), (1009,)),
    "one byte too much in fragments": Case("7.4.1", cut(line(size=MOST_BYTES + 1), 30_000, 60_000), (1009,)),
    "the limit in fragments": Case("5.4", cut(line(size=MOST_BYTES), 1, 30_000, 60_000), (SAID,)),
    "two messages that together are above it": Case("5.4", cut(line(size=MOST_BYTES), 30_000) * 2, (SAID, SAID)),
    "as many fragments as are taken": Case("5.4", cut(line(), *range(1, MOST_FRAGMENTS)), (SAID,)),
    "a fragment too many": Case(
        "5.4", cut(line(), *range(1, MOST_FRAGMENTS + 1)), (1009,), "empty fragments could come for ever at no cost"
    ),
    "a binary message": Case("5.6", masked(BINARY, line()), (1003,), "the protocol is text"),
    "a binary message in fragments": Case("5.6", masked(BINARY, line(), fin=False), (1003,), "the protocol is text"),
}

CASES = {
    f"{chapter}: {name}": case
    for chapter, cases in {
        "framing": FRAMING, "pings": PINGS, "reserved": RESERVED, "fragments": FRAGMENTS, "utf-8": UTF8,
        "close": FAREWELLS, "limits": LIMITS,
    }.items()
    for name, case in cases.items()
}  # fmt: skip
