"""How far the bot has read one conversation: entries come in any order, and leave in theirs, each once."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from frontdesk_bot.protocol.server_frames import Resumed
from frontdesk_bot.protocol.values import Position

# Repeats come from a resume, which gives 200 entries of a conversation at most.
KNOWN_MOST = 1000


class Step(Protocol):
    """A number of a log, and the number before it that the team can see."""

    @property
    def epoch(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def after(self) -> int: ...


class Reading:
    """A position in one log, and what came before its time."""

    def __init__(self) -> None:
        self.position: Position | None = None
        self._known: OrderedDict[UUID, None] = OrderedDict()
        # Numbers that came after a hole, and entries that have no place until the server answers.
        self._ahead: dict[int, Any] = {}
        self._unplaced: list[Any] = []

    @property
    def has_hole(self) -> bool:
        """Something is missing that the server can be asked for, from the position."""
        return bool(self._ahead or self._unplaced)

    def forget(self) -> None:
        """The server cannot go on from the position: the next answer is a tail."""
        self.position = None

    def place(self, entry: Step) -> list[Any]:
        """A live entry, or the number of one's own; gives what can be read now."""
        position = self.position
        if position is None or entry.epoch > position.epoch:
            self._unplaced.append(entry)
        elif entry.epoch == position.epoch and entry.seq > position.seq:
            self._ahead[entry.seq] = entry
        return self._advance()

    def resumed(self, answer: Resumed, asked: Position | None) -> list[Any]:
        """What follows the position that was asked for, or a new tail; gives what can be read now."""
        mine = self.position
        if mine is not None and _key(answer.position) < (mine.epoch, 0):
            return []
        fresh = self._fresh(answer.entries)
        if not answer.recovered or asked is None or mine is None:
            self.position = answer.position
        else:
            self.position = max(mine, answer.position, key=_key)
        self._ahead = {seq: each for seq, each in self._ahead.items() if each.epoch == self.position.epoch}
        unplaced, self._unplaced = self._unplaced, []
        for each in unplaced:
            fresh += self.place(each)
        return fresh + self._advance()

    def _advance(self) -> list[Any]:
        position, fresh = self.position, []
        if position is None:
            return []
        for seq in sorted(self._ahead):
            entry = self._ahead[seq]
            if seq > position.seq:
                if entry.after > position.seq:
                    break
                position = Position(position.epoch, seq)
                fresh.append(entry)
            del self._ahead[seq]
        self.position = position
        return self._fresh(fresh)

    def _fresh(self, entries: Sequence[Any]) -> list[Any]:
        """Those that were not read before: a line that comes under a second number is no second line."""
        fresh = [each for each in entries if each.id not in self._known]
        for each in fresh:
            self._known[each.id] = None
        while len(self._known) > KNOWN_MOST:
            self._known.popitem(last=False)
        return fresh


def _key(position: Position) -> tuple[int, int]:
    return position.epoch, position.seq
