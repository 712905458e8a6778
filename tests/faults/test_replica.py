"""One Valkey with a replica: nothing is accepted that only one of them would have."""

import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis

from server.protocol.codes import RefusalCode
from server.up.owner import servers_owner
from server.up.valkey import Valkey
from tests.conftest import Cast
from tests.faults.stubborn import bodies, resaid, said
from tests.people import Refused, eventually
from tests.servers import Databases, House, free_port


class Pair:
    """A primary that refuses to write alone, and its replica."""

    def __init__(self, folder: Path) -> None:
        owner, self._port = servers_owner(), free_port()
        strict = {"port": str(self._port), "bind": "127.0.0.1", "min-replicas-to-write": "1"}
        self.primary = Valkey(folder / "primary", owner, appendfsync="no", settings=strict)
        self.replica = Valkey(folder / "replica", owner, appendfsync="no", settings={"repl-diskless-sync-delay": "0"})

    def start(self) -> None:
        """Start both."""
        self.primary.start()
        with redis.Redis.from_url(self.primary.url) as client:
            client.config_set("repl-diskless-sync-delay", 0)
        self.join()

    def join(self) -> None:
        """Start the replica, and let it follow."""
        self.replica.start()
        with redis.Redis.from_url(self.replica.url) as client:
            client.replicaof("127.0.0.1", str(self._port))

    def promote(self) -> None:
        """Let the replica be the only one."""
        with redis.Redis.from_url(self.replica.url) as client:
            client.replicaof("NO", "ONE")


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """Both of them, running."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="frontdesk-test-"))
        folder.chmod(0o711)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        made = Pair(folder)
        made.start()
        stack.callback(made.primary.kill)
        stack.callback(made.replica.kill)
        yield made


@pytest.fixture(scope="module")
async def house(pair: Pair) -> AsyncIterator[House]:
    """An installation on the primary."""
    databases = Databases(durable=True)
    try:
        await databases.start()
        async with House(databases, workers=1, REDIS_URL=pair.primary.url, FRONTDESK_COMMAND_DEADLINE="1") as made:
            yield made
    finally:
        databases.stop()


async def test_a_primary_without_its_replica_refuses_and_forgets_nothing(
    people: Cast, house: House, pair: Pair
) -> None:
    """Talk is refused and waits; what is in the log already is stored, and told when the replica is back."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    await visitor.stored(await visitor.say(conversation, "both have it"))
    (worker,) = house.workers
    worker.signal(signal.SIGSTOP)
    word = await visitor.say(conversation, "both have this too")
    pair.replica.kill()
    draft = visitor.draft(conversation, "who has this?")
    await visitor.send(draft)
    with pytest.raises(Refused) as refused:
        await visitor.answer(draft.id)
    assert refused.value.frame.code == RefusalCode.UNAVAILABLE
    assert refused.value.frame.retry_after
    worker.signal(signal.SIGCONT)

    async def is_stored() -> bool:
        return await bodies(house, conversation) == ["both have it", "both have this too"]

    await eventually(is_stored)
    pair.join()
    await visitor.stored(word)
    await visitor.stored(await resaid(visitor, draft))
    assert await bodies(house, conversation) == ["both have it", "both have this too", "who has this?"]


async def test_the_replica_is_promoted_by_hand(people: Cast, house: House, pair: Pair) -> None:
    """Every process gets the new address, and everything goes on in a higher epoch."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    before = await visitor.say(conversation, "before")
    await visitor.stored(before)
    pair.primary.kill()
    pair.promote()
    for process in house.processes:
        process.kill()
        process.add_settings(REDIS_URL=pair.replica.url)
        process.start()
    for node in range(len(house.webs)):
        await house.ready(node)
    await visitor.connect()
    after = await said(visitor, conversation, "after")
    assert (after.epoch, after.seq) == (before.epoch + 1, before.seq + 1)

    async def is_stored() -> bool:
        return await bodies(house, conversation) == ["before", "after"]

    await eventually(is_stored, patience=20)
