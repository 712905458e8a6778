"""Which partition a conversation lives in, and the names of its keys in Valkey.

All keys of a conversation, and the stream that it is stored from, share a hash tag and so a slot: the same script runs
on one Valkey and on a cluster. The tags are chosen so that the partitions spread evenly over the 16,384 slots.
"""

from binascii import crc32, crc_hqx
from functools import lru_cache
from uuid import UUID

SLOTS = 16_384


def tags(count: int) -> tuple[str, ...]:
    """The shortest tags whose slots fall into each of `count` equal ranges (CRC-16/XMODEM, as Redis Cluster does)."""
    found: dict[int, str] = {}
    number = 0
    while len(found) < count:
        tag = f"{number:x}"
        found.setdefault(crc_hqx(tag.encode(), 0) % SLOTS * count // SLOTS, tag)
        number += 1
    return tuple(found[at] for at in range(count))


def slot_of(key: bytes) -> int:
    """The slot of a key or channel: that of its tag, where it has one."""
    start = key.find(b"{") + 1
    end = key.find(b"}", start) if start else -1
    return crc_hqx(key[start:end] if end > start else key, 0) % SLOTS


class Partition:
    """The key names of one partition."""

    __slots__ = ("bus", "ingest", "number", "prefix", "presence", "shard")

    def __init__(self, number: int, tag: str) -> None:
        self.number = number
        self.prefix = b"fd:{%s}:" % tag.encode()
        # Hash: epoch, n (last number given), stored (last number committed).
        self.shard = self.prefix + b"shard"
        self.ingest = self.prefix + b"ing"
        self.bus = self.prefix + b"bus"
        self.presence = self.prefix + b"pres"

    def state(self, org: bytes, topic: bytes) -> bytes:
        """Hash: what the accept script must know of a conversation."""
        return b"%sm:%s:%s" % (self.prefix, org.hex().encode(), topic.hex().encode())

    def ring(self, org: bytes, topic: bytes) -> bytes:
        """Stream of recent entries; the id of each is its seq."""
        return b"%sr:%s:%s" % (self.prefix, org.hex().encode(), topic.hex().encode())

    def marks(self, org: bytes, topic: bytes) -> bytes:
        """Hash of delivered and read marks."""
        return b"%sw:%s:%s" % (self.prefix, org.hex().encode(), topic.hex().encode())

    def place(self, org: bytes, topic: bytes) -> bytes:
        """The frame that tells a waiting visitor its place in line."""
        return b"%sq:%s:%s" % (self.prefix, org.hex().encode(), topic.hex().encode())

    def known(self, org: bytes, topic: bytes, day: int) -> bytes:
        """Hash of the ids that came in, by the day that the id itself tells; it expires as a whole."""
        return b"%si:%d:%s:%s" % (self.prefix, day, org.hex().encode(), topic.hex().encode())

    def of_entry(self, org: bytes, topic: bytes, day: int) -> tuple[bytes, bytes, bytes]:
        """State, ring and known ids of a day: remembered, for an entry is seldom the only one of its conversation."""
        return _of_entry(self, org, topic, day)


@lru_cache(maxsize=8_192)
def _of_entry(partition: Partition, org: bytes, topic: bytes, day: int) -> tuple[bytes, bytes, bytes]:
    return partition.state(org, topic), partition.ring(org, topic), partition.known(org, topic, day)


class Partitions:
    """All partitions of an installation; their number never changes after the first start."""

    def __init__(self, count: int) -> None:
        self.all = tuple(Partition(number, tag) for number, tag in enumerate(tags(count)))
        self._mask = count - 1

    def __len__(self) -> int:
        return len(self.all)

    def of(self, topic: bytes) -> Partition:
        """The partition of a conversation, or of an organization's inbox feed."""
        return self.all[crc32(topic) & self._mask]

    def of_id(self, topic: UUID) -> Partition:
        """The same, for an id."""
        return self.of(topic.bytes)
