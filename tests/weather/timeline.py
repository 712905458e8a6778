"""One conversation as one client has it, by the rules of docs/protocol.md and written apart from client/."""

from uuid import UUID

from server.protocol.entries import ConversationEntry, EntryVoided, MessagePosted
from server.protocol.server_frames import Resumed
from server.protocol.values import Position

Number = tuple[int, int]


class Timeline:
    """Entries by their numbers; `position` is the last one up to which nothing is missing."""

    def __init__(self) -> None:
        self.position: Position | None = None
        self._entries: dict[Number, ConversationEntry] = {}
        self._voided: set[Number] = set()
        self._ahead: dict[Number, int] = {}
        self._unplaced: list[ConversationEntry] = []

    @property
    def has_hole(self) -> bool:
        """Whether the server is to be asked for what is missing."""
        return bool(self._ahead or self._unplaced)

    @property
    def shown(self) -> list[tuple[UUID, str]]:
        """Id and text of every message, in the order in which they are shown; of an id with two numbers the first."""
        lines: dict[UUID, str] = {}
        for number in sorted(self._entries):
            entry = self._entries[number]
            if isinstance(entry, MessagePosted) and number not in self._voided:
                lines.setdefault(entry.id, entry.body)
        return list(lines.items())

    def place(self, entry: ConversationEntry) -> None:
        """A live entry, or the number that one's own got."""
        if self.position is None or entry.epoch > self.position.epoch:
            self._unplaced.append(entry)
            return
        if entry.epoch < self.position.epoch:
            return
        self._keep(entry)
        self._ahead[entry.epoch, entry.seq] = entry.after
        self._advance()

    def take(self, resumed: Resumed, asked: Position | None) -> None:
        """The answer to `asked`: what follows, or a new tail in the place of everything."""
        mine = self.position
        if resumed.refused is not None or (mine is not None and resumed.position.epoch < mine.epoch):
            return
        base = asked if resumed.recovered else None
        reached = (resumed.position.epoch, resumed.position.seq)
        # Between the two the answer alone is true: an epoch that is over may have shown more.
        kept = [
            each
            for number, each in self._entries.items()
            if _is_news(number, reached) or (base is not None and number <= (base.epoch, base.seq))
        ]
        voided = self._voided
        self._entries, self._voided = {}, set()
        for each in kept:
            self._keep(each)
        self._voided |= voided & self._entries.keys()
        for answered in resumed.entries:
            assert isinstance(answered, ConversationEntry)
            self._keep(answered)
        is_further = mine is None or base is None or reached > (mine.epoch, mine.seq)
        self.position = resumed.position if is_further else mine
        steps = {number: each.after for number, each in self._entries.items()} | self._ahead
        self._ahead = {number: after for number, after in steps.items() if _is_news(number, reached)}
        unplaced, self._unplaced = self._unplaced, []
        self._advance()
        for each in unplaced:
            self.place(each)

    def _keep(self, entry: ConversationEntry) -> None:
        number = (entry.epoch, entry.seq)
        if isinstance(entry, EntryVoided):
            self._voided.add(number)
            self._entries.setdefault(number, entry)
        else:
            self._entries[number] = entry

    def _advance(self) -> None:
        assert self.position is not None
        for epoch, seq in sorted(self._ahead):
            after = self._ahead[epoch, seq]
            if epoch == self.position.epoch and after <= self.position.seq:
                self.position = Position(epoch, max(seq, self.position.seq))
        mine = (self.position.epoch, self.position.seq)
        self._ahead = {number: after for number, after in self._ahead.items() if _is_news(number, mine)}


def _is_news(number: Number, reached: Number) -> bool:
    """Later in the same epoch: what an epoch that is over had later is undone."""
    return number[0] == reached[0] and number[1] > reached[1]
