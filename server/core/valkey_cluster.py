"""The connection to a Valkey Cluster: one to each primary, and which slots are whose.

A command that meets another owner than we knew (MOVED) is refused, not sent there: what its epoch belonged to is not
what would take it. Slots go to a new owner only after the hooks looked at it; then whoever was refused sends again. ASK
is followed, for during a migration the keys move as they are.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import structlog

from server.core.address import Address, addresses
from server.core.errors import Unavailable
from server.core.partitions import SLOTS, slot_of
from server.core.slots import View, ask, ask_stranger
from server.core.valkey_single import ValkeySingle
from server.core.wire import Answer, Hook, Redirected, ReplyError, Script, Serves, Waiting, Wire, away, ignore, pack
from server.core.wire import waiting as wait_for_it

logger = structlog.get_logger(__name__)

# A failover is also noticed where nobody sends anything.
LOOK_EVERY = 1.0
IN_DOUBT = 0.1
# A connection that was needed for ASK stays for so long without a slot.
ASKED_SECONDS = 60.0
# Streams of different slots cannot be waited for in one XREAD: whether there is anything new is asked so often.
POLL = 0.025


class Node:
    """One primary, as far as we know."""

    __slots__ = ("address", "asked", "task", "valkey")

    def __init__(self, address: Address, valkey: ValkeySingle, task: "asyncio.Task[None]") -> None:
        self.address, self.valkey, self.task = address, valkey, task
        self.asked = float("-inf")


class ValkeyCluster:
    """Every command goes to the primary that has the slot of its first key."""

    def __init__(self, url: str, *, deadline: float, scripts: tuple[Script, ...] = ()) -> None:
        self._seeds = addresses(url)
        self._deadline, self._scripts = deadline, scripts
        self._nodes: dict[Address, Node] = {}
        # Whose each slot is, and where its commands go: nowhere until the hooks looked at its owner.
        self._owners: list[Node | None] = [None] * SLOTS
        self._routes: list[Node | None] = [None] * SLOTS
        self._known: list[Address] = []
        self._doubt = asyncio.Event()
        self._ready = asyncio.Event()
        self._tasks: asyncio.TaskGroup
        self.on_push: Answer = ignore
        self.on_connected: list[Hook] = []

    @property
    def is_ready(self) -> bool:
        """Whether commands are taken for some keys at least: where a primary is away, the others go on."""
        return self._ready.is_set() and any(node.valkey.is_ready for node in self._nodes.values())

    def identity(self, key: bytes) -> str:
        """Which run of which server has this key's slot; nothing while nobody has it."""
        owner = self._owners[slot_of(key)]
        return owner.valkey.identity() if owner is not None else ""

    def call_script(self, script: Script, keys: tuple[bytes, ...], arguments: tuple[Any, ...], answer: Answer) -> None:
        """Call a script by its hash where its keys are; `answer` gets the reply or the error."""
        assert len({slot_of(key) for key in keys}) == 1, "the keys of a script share a slot"
        self._send(keys[0], pack((b"EVALSHA", script.sha, len(keys), *keys, *arguments)), answer)

    def script(self, script: Script, keys: tuple[bytes, ...], *arguments: Any) -> Waiting:
        """Call a script and wait for its reply."""
        future, answer = wait_for_it()
        self.call_script(script, keys, arguments, answer)
        return future

    def call(self, *command: Any) -> Waiting:
        """Send one command where its first argument is; the future gets its reply, or raises."""
        return self.call_near(command[1], *command)

    def call_near(self, key: bytes, *command: Any) -> Waiting:
        """Send one command where this key is."""
        future, answer = wait_for_it()
        self._send(key, pack(command), answer)
        return future

    def tell(self, *command: Any) -> None:
        """Send one command whose reply nobody waits for."""
        self._send(command[1], pack(command), ignore)

    async def read(self, cursors: Mapping[bytes, int], most: int, block_ms: int) -> dict[bytes, list[Any]]:
        """What the streams hold behind these numbers; those that are away just now have nothing."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + block_ms / 1000
        while True:
            replies = await asyncio.gather(*(self._read(key, after, most) for key, after in cursors.items()))
            found = {key: entries for reply in replies for key, entries in reply.items()}
            if found or loop.time() > ends:
                return found
            await asyncio.sleep(POLL)

    async def wait_ready(self) -> None:
        """Wait until commands are taken for some keys at least."""
        await self._ready.wait()

    async def run(self) -> None:
        """Keep the connections, and know whose the slots are; ends only by cancellation."""
        self._nodes = {}
        self._owners, self._routes = [None] * SLOTS, [None] * SLOTS
        async with asyncio.TaskGroup() as self._tasks:
            while True:
                self._doubt.clear()
                await self._look()
                await asyncio.gather(*(self._settle(node) for node in self._nodes.values()))
                if any(self._routes):
                    self._ready.set()
                is_whole = None not in self._routes and all(node.valkey.is_ready for node in self._nodes.values())
                try:
                    async with asyncio.timeout(LOOK_EVERY if is_whole else IN_DOUBT):
                        await self._doubt.wait()
                        await asyncio.sleep(IN_DOUBT)
                except TimeoutError:
                    pass

    # Commands.

    async def _read(self, key: bytes, after: int, most: int) -> dict[bytes, list[Any]]:
        try:
            return await self.call_near(key, "XREAD", "COUNT", most, "STREAMS", key, f"{after}-0") or {}
        except Unavailable:
            return {}

    def _send(self, key: bytes, packed: bytes, answer: Answer) -> None:
        node = self._routes[slot_of(key)]
        if node is None:
            answer(away())
            return

        def answered(reply: Any) -> None:
            if isinstance(reply, Redirected):
                self._redirected(node.address, reply, packed, answer)
                return
            if isinstance(reply, Unavailable):
                self._doubt.set()
            answer(reply)

        node.valkey.send(packed, answered)

    def _redirected(self, asked: Address, told: Redirected, packed: bytes, answer: Answer) -> None:
        if not told.is_asked:
            self._doubt.set()
            answer(away())
            return
        target = self._node(asked.at(told.host or asked.host, told.port))
        target.asked = asyncio.get_running_loop().time()
        target.valkey.send(pack(("ASKING",)), ignore)
        target.valkey.send(packed, lambda reply: answer(away() if isinstance(reply, Redirected) else reply))

    # Whose the slots are.

    async def _look(self) -> None:
        """Ask who owns which slots; believed is what most of those say that answer."""
        ready = [node for node in self._nodes.values() if node.valkey.is_ready]
        views = [view for view in await asyncio.gather(*(self._asked(node) for node in ready)) if view]
        strangers: Iterable[Address] = () if views else {*self._known, *self._seeds}
        for address in strangers:
            view = await ask_stranger(address)
            if view:
                views = [view]
                break
        if views:
            self._believe(Counter(views).most_common(1)[0][0])

    async def _asked(self, node: Node) -> View:
        assert node.valkey.wire is not None
        view = await ask(node.valkey.wire, node.address)
        # It may have been a replica for a moment, and the connection still stands.
        if view and await node.valkey.has_changed():
            self._unroute(node)
        return view

    def _believe(self, view: View) -> None:
        owners: list[Node | None] = [None] * SLOTS
        for first, last, servers in view:
            owners[first : last + 1] = [self._node(servers[0])] * (last + 1 - first)
        self._known = [server for _, _, servers in view for server in servers]
        if owners != self._owners:
            self._owners = owners
            self._routes = [node if node is owner else None for node, owner in zip(self._routes, owners, strict=True)]
        lately = asyncio.get_running_loop().time() - ASKED_SECONDS
        owning = set(owners)
        for node in [each for each in self._nodes.values() if each not in owning and each.asked < lately]:
            node.task.cancel()
            del self._nodes[node.address]

    def _node(self, address: Address) -> Node:
        found = self._nodes.get(address)
        if found is None:
            valkey = ValkeySingle(address, deadline=self._deadline, scripts=self._scripts)
            found = self._nodes[address] = Node(address, valkey, self._tasks.create_task(valkey.run()))
            node = found

            async def is_new(_: Wire, __: Serves) -> None:
                self._unroute(node)

            valkey.on_connected.append(is_new)
            valkey.on_push = self._pushed
        return found

    def _unroute(self, node: Node) -> None:
        self._routes = [None if route is node else route for route in self._routes]
        self._doubt.set()

    def _pushed(self, push: list[Any]) -> None:
        if push[0] == b"sunsubscribe":
            # We never ask for it: the slot is another's, and its hooks have to listen there.
            self._routes[slot_of(push[1])] = None
            self._doubt.set()
        else:
            self.on_push(push)

    async def _settle(self, node: Node) -> None:
        """Let the hooks look at slots that this server has anew; then their commands go there."""
        wire = node.valkey.wire
        both = enumerate(zip(self._owners, self._routes, strict=True))
        slots = {slot for slot, (owner, route) in both if owner is node and route is not node}
        if not slots or wire is None or not node.valkey.is_ready:
            return
        try:
            for hook in self.on_connected:
                async with asyncio.timeout(10):
                    await hook(wire, lambda key: slot_of(key) in slots)
        except (OSError, TimeoutError, Unavailable, ReplyError) as error:
            logger.warning("slots cannot be used yet", error=str(error))
            # Everything is done again on a new connection.
            wire.abort()
            return
        if node.valkey.is_ready and node.valkey.wire is wire:
            for slot in slots:
                self._routes[slot] = node if self._owners[slot] is node else None
