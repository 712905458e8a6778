"""The accept step: whatever becomes a line of a log passes here, in one script call.

`append` takes a draft and a callback and makes no task: the answer comes in the turn of the loop that read Valkey's
reply. Talk and the numbers of decisions go the same way; so does the inbox feed, whose topic is the organization.
"""

import asyncio
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from struct import Struct
from typing import Any
from uuid import UUID

import msgspec
import structlog

from server.core.clock import now_ms
from server.core.db import Db
from server.core.errors import Conflict, Invalid, NotFound, Refused, Unavailable
from server.core.ids import DAY_MS, require_recent
from server.core.partitions import Partitions
from server.core.sql import load
from server.core.valkey import ReplyError, Script, Valkey
from server.domain.chat.fence import CLOSED, Fence
from server.domain.chat.types import Known, Seed
from server.protocol.codes import RefusalCode
from server.protocol.line import NOBODY, Audience, Kind, build

logger = structlog.get_logger(__name__)
sql = load(__file__)
_folder = Path(__file__).parent
ACCEPT = Script((_folder / "accept.lua").read_text())
SEED = Script((_folder / "seed.lua").read_text())
SCRIPTS = (ACCEPT, SEED)
# Epoch, now, cap, day, audience, kind of sender and sender: what has the same length in every entry is one argument.
_HEAD = Struct(">IQIIBc16s")


class Draft(msgspec.Struct, frozen=True, gc=False):
    """An entry before it has a number. `decision` is the version, status and turn that it leaves behind."""

    org: bytes
    topic: bytes
    id: bytes
    sender: bytes
    sender_kind: bytes
    audience: Audience
    payload: bytes
    turn: int | None = None
    decision: tuple[int, str, int] | None = None
    is_feed: bool = False


class Placed(msgspec.Struct, frozen=True, gc=False):
    """Where an entry stands in its log; `after` is the public audience's, `stored` the mark at that moment."""

    epoch: int
    seq: int
    after: int
    at: int
    stored: int
    is_repeated: bool = False


Answer = Callable[[Placed | Refused], None]


class _Code(IntEnum):
    """What the accept script answers first; keep in step with accept.lua."""

    OK = 0
    DUP = 1
    SEED = 2
    EPOCH = 3
    BUSY = 4
    TAKEN = 5
    STALE = 6
    CLOSED = 7
    STRANGER = 8
    AHEAD = 9


class Ahead(Unavailable):
    """Somebody speaks for a turn that the log has not heard of yet."""


def _refusal(code: int) -> Refused:
    match code:
        case _Code.BUSY:
            return Unavailable("too much waits to be stored", code=RefusalCode.BUSY, retry_after=2)
        case _Code.TAKEN:
            return Conflict("somebody else used this id", code=RefusalCode.ID_TAKEN)
        case _Code.STALE:
            return Conflict("the conversation has a new holder", code=RefusalCode.STALE_TURN)
        case _Code.AHEAD:
            return Ahead("the log has not heard of this turn yet; send it again shortly", retry_after=1)
        case _Code.CLOSED:
            return Conflict("the conversation is closed", code=RefusalCode.CONVERSATION_CLOSED)
        case _:
            return no_conversation()


def no_conversation() -> Refused:
    """What is told of a conversation that is not there, or is somebody else's."""
    return NotFound("there is no such conversation")


def not_accepting() -> Refused:
    """What is told while the log or its fence is away."""
    return Unavailable("the log is away; send it again shortly", retry_after=1)


class Log:
    """The door to every log of this installation."""

    def __init__(self, valkey: Valkey, partitions: Partitions, fence: Fence, db: Db, *, unstored_cap: int) -> None:
        self._valkey, self._partitions, self._fence, self._db = valkey, partitions, fence, db
        self._cap = unstored_cap
        # What was numbered here: entries of conversations, and of inboxes; and what came again.
        self.accepted = [0, 0]
        self.repeated = 0
        self._slow: set[asyncio.Task[None]] = set()

    def append(self, draft: Draft, answer: Answer) -> None:
        """Number, deduplicate, record and announce an entry; `answer` is called once, with its place or why not."""
        now = now_ms()
        # The day of the id, not of its arrival, names the set of known ids: a retry looks in the same one.
        self._accept(draft, now, int.from_bytes(draft.id[:6]) // DAY_MS, answer, is_retry=False)

    async def place(self, draft: Draft) -> Placed:
        """The same for whoever can wait; raises Refused."""
        future: asyncio.Future[Placed] = asyncio.get_running_loop().create_future()

        def answer(result: Placed | Refused) -> None:
            if future.done():
                return
            if isinstance(result, Refused):
                future.set_exception(result)
            else:
                future.set_result(result)

        self.append(draft, answer)
        return await future

    async def place_old(self, draft: Draft, org_id: UUID) -> Placed:
        """The same for an id over a day old, which Postgres may know better than Valkey."""
        entry_id = UUID(bytes=draft.id)
        async with self._db.scope(org_id) as tx:
            known = await tx.maybe(sql.known_message, Known, id=entry_id)
        if known is None:
            return await self.place(draft)
        if known.conversation_id.bytes != draft.topic or (known.sender_id or entry_id).bytes != draft.sender:
            raise _refusal(_Code.TAKEN)
        return Placed(known.epoch, known.seq, max(known.seq - 1, 0), known.at, known.seq, is_repeated=True)

    def _accept(self, draft: Draft, now: int, day: int, answer: Answer, *, is_retry: bool) -> None:
        partition = self._partitions.of(draft.topic)
        epoch = self._fence.epoch(partition.number)
        if epoch == CLOSED:
            answer(not_accepting())
            return
        state, ring, known = partition.of_entry(draft.org, draft.topic, day)
        keys = (partition.shard, state, ring, partition.ingest, known, partition.bus)
        head = _HEAD.pack(epoch, now, self._cap, day, draft.audience, draft.sender_kind, draft.sender)
        turn = b"" if draft.turn is None else draft.turn
        arguments = (head, draft.org + draft.topic, draft.id, draft.payload, turn, *(draft.decision or ()))

        def answered(reply: Any) -> None:
            if isinstance(reply, Exception):
                if isinstance(reply, ReplyError):
                    logger.error("the accept script failed", error=str(reply))
                answer(reply if isinstance(reply, Refused) else not_accepting())
                return
            code = reply[0]
            if code in (_Code.OK, _Code.DUP):
                _, e, seq, after, at, stored = reply
                if code == _Code.OK:
                    self.accepted[draft.is_feed] += 1
                else:
                    self.repeated += 1
                answer(Placed(e, seq, after, at, stored, is_repeated=code == _Code.DUP))
            elif code == _Code.SEED and not is_retry:
                self._later(self._seed_and_retry(draft, now, day, epoch, answer))
            elif code in (_Code.SEED, _Code.EPOCH):
                self._fence.suspect(partition.number)
                answer(not_accepting())
            else:
                answer(_refusal(code))

        self._valkey.call_script(ACCEPT, keys, arguments, answered)

    def _later(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._slow.add(task)
        task.add_done_callback(self._slow.discard)

    async def _seed_and_retry(self, draft: Draft, now: int, day: int, epoch: int, answer: Answer) -> None:
        try:
            await self.seed(draft.org, draft.topic, epoch, is_feed=draft.is_feed)
        except Refused as refused:
            answer(refused)
        except ReplyError as error:
            logger.error("a conversation could not be seeded", error=str(error))
            answer(not_accepting())
        else:
            self._accept(draft, now, day, answer, is_retry=True)

    async def seed(self, org: bytes, topic: bytes, epoch: int, *, is_feed: bool = False) -> None:
        """Put a topic's state into Valkey from Postgres; raises NotFound or Unavailable."""
        seed: Seed | None
        if is_feed:
            # A feed is not stored: a new epoch begins it anew, and its readers load the snapshot.
            seed = Seed(None, "open", 0, 0, 0, 0, 0)
        else:
            async with self._db.scope(UUID(bytes=org)) as tx:
                seed = await tx.maybe(sql.seed, Seed, conversation_id=UUID(bytes=topic))
        if seed is None:
            raise no_conversation()
        partition = self._partitions.of(topic)
        await self._valkey.script(
            SEED,
            (partition.shard, partition.state(org, topic), partition.ring(org, topic)),
            epoch, seed.last_seq, seed.public_seq, seed.turn, seed.status, seed.version, seed.last_at,
            seed.contact_id.bytes if seed.contact_id else NOBODY,
        )  # fmt: skip

    async def give(self, org: bytes, topic: bytes, contact: bytes) -> None:
        """The conversation is this contact's from now on; Postgres has it already, for when it is seeded again."""
        key = self._partitions.of(topic).state(org, topic)
        if await self._valkey.call("EXISTS", key):
            await self._valkey.call("HSET", key, "c", contact)

    def call_holder(self, org_id: UUID, agent_id: UUID, conversation_id: UUID) -> None:
        """Let a bot's nodes look whether it holds a conversation; a hint, and nobody waits for it."""
        line = build(Kind.HELD, Audience.TEAM, org_id.bytes, agent_id.bytes, NOBODY, b"", by=conversation_id.bytes)
        self._valkey.tell("SPUBLISH", self._partitions.of(agent_id.bytes).bus, line)

    def tell_team(self, org_id: UUID, conversation_id: UUID, frame: bytes) -> None:
        """Let whoever of the team watches a conversation hear a frame that is no line of it; nobody waits for it."""
        line = build(Kind.HINT, Audience.TEAM, org_id.bytes, conversation_id.bytes, NOBODY, frame)
        self._valkey.tell("SPUBLISH", self._partitions.of(conversation_id.bytes).bus, line)

    async def last_seq(self, org: bytes, topic: bytes) -> int:
        """The number of a conversation's last entry; raises NotFound or Unavailable."""
        epoch, key = self.epoch_of(topic), self._partitions.of(topic).state(org, topic)
        known, seq = await self._valkey.call("HMGET", key, "e", "s")
        if int(known or -1) != epoch:
            await self.seed(org, topic, epoch)
            known, seq = await self._valkey.call("HMGET", key, "e", "s")
        return int(seq)

    def epoch_of(self, topic: bytes) -> int:
        """The epoch that a topic's partition is written at; raises Unavailable while it is not."""
        epoch = self._fence.epoch(self._partitions.of(topic).number)
        if epoch == CLOSED:
            raise not_accepting()
        return epoch


def check_text(text: str) -> None:
    """Refuse what Postgres cannot store: NUL is legal in JSON, and fails text and jsonb."""
    if "\0" in text:
        raise Invalid("the text holds a NUL character")


def age_of(entry_id: UUID) -> int:
    """The age of a client's id in milliseconds; refuses bad_id."""
    return require_recent(entry_id, now_ms())
