"""The wire of `/v1/chat/completions`: an answer that comes in pieces, and how they go together."""

import re
from typing import Any, NamedTuple

import msgspec

# Whatever is longer is no answer for a chat, and no arguments of a tool.
MOST_TEXT, MOST_ARGUMENTS, MOST_CALLS = 16_000, 32_000, 16
LONGEST_LINE = 1_000_000
DONE = "[DONE]"
# A return at the very end may be the first half of a line's end.
_LINE_END = re.compile(rb"\r\n|\n|\r(?=[^\n])")


class Malformed(Exception):  # noqa: N818 - it reads as what it is
    """What came is nothing that this protocol knows."""


class Call(NamedTuple):
    """A tool that the model wants called; the arguments are JSON, as far as the model can write it."""

    id: str
    name: str
    arguments: str


class Completion(NamedTuple):
    """What the model said, or wants called; without the server's word the tokens are estimated."""

    text: str
    calls: list[Call]
    tokens_in: int | None
    tokens_out: int | None
    finish_reason: str


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Function(msgspec.Struct):
    name: str | None = None
    arguments: str | None = None


class _CallPiece(msgspec.Struct):
    index: int | None = None
    id: str | None = None
    function: _Function | None = None


class _Delta(msgspec.Struct):
    content: str | None = None
    tool_calls: list[_CallPiece] | None = None


class _Choice(msgspec.Struct):
    delta: _Delta | None = None
    # In place of the delta, where the server does not stream.
    message: _Delta | None = None
    finish_reason: str | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    error: Any = None


class Events:
    """Takes the bytes of an event stream, cut wherever the network cuts them, and gives the data of whole events."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[str] = []

    def feed(self, piece: bytes) -> list[str]:
        """The events that are whole with this piece; comments and other fields are nothing."""
        *lines, self._rest = _LINE_END.split(self._rest + piece)
        if len(self._rest) > LONGEST_LINE:
            raise Malformed("a line without an end")
        events = []
        for line in lines:
            name, _, value = line.partition(b":")
            if name == b"data":
                self._data.append(value.removeprefix(b" ").decode(errors="replace"))
            elif not line and self._data:
                events.append("\n".join(self._data))
                self._data.clear()
        return events


class Gathering:
    """Puts the pieces of one answer together."""

    def __init__(self) -> None:
        self.text = ""
        self.finish_reason = ""
        self._calls: dict[int, list[str]] = {}
        self._usage = _Usage()

    def take(self, data: str | bytes) -> str:
        """Take a piece; the text that is new with it. Raises Malformed."""
        try:
            chunk = msgspec.json.decode(data, type=_Chunk)
        except (msgspec.DecodeError, RecursionError) as error:
            raise Malformed(str(error)) from None
        if chunk.error is not None:
            raise Malformed("the server told of an error in the middle")
        self._usage = chunk.usage or self._usage
        new = ""
        # One answer was asked for.
        for choice in (chunk.choices or [])[:1]:
            delta = choice.delta or choice.message or _Delta()
            new = (delta.content or "")[: MOST_TEXT - len(self.text)]
            self.text += new
            for piece in delta.tool_calls or ():
                self._take_call(piece)
            self.finish_reason = choice.finish_reason or self.finish_reason
        return new

    def done(self) -> Completion:
        """All of it."""
        calls = [Call(*self._calls[index]) for index in sorted(self._calls)]
        return Completion(
            self.text, calls, self._usage.prompt_tokens, self._usage.completion_tokens, self.finish_reason
        )

    def _take_call(self, piece: _CallPiece) -> None:
        index = piece.index
        if index is None:
            # Some servers do not number them: one with an id begins, one without goes on.
            index = len(self._calls) if piece.id else max(self._calls, default=0)
        call = self._calls.setdefault(index, ["", "", ""])
        function = piece.function or _Function()
        call[0] = call[0] or piece.id or ""
        call[1] = call[1] or function.name or ""
        call[2] += function.arguments or ""
        if len(self._calls) > MOST_CALLS or len(call[2]) > MOST_ARGUMENTS:
            raise Malformed("more than anybody calls")
