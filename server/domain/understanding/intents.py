"""Intents as their organization teaches them, kept ready to be compared with."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from server.core.db import Transaction
from server.core.embedding import Embedder
from server.core.resource import Resource
from server.core.sql import load
from server.core.text import require_name
from server.domain.understanding.reading import Example, Intents
from server.domain.understanding.types import ChangeIntent, Intent, NewIntent, TaughtIntent

sql = load(__file__)

# Organizations whose examples one process remembers: 200 examples are 400 kB.
MOST_KNOWN = 100


def _spell(values: dict[str, Any], _: bool) -> dict[str, Any]:  # noqa: FBT001 - Resource calls it
    """One line an example, each once, as it was written."""
    kept = dict(values)
    if "name" in kept:
        kept["name"] = require_name(kept["name"])
    if "examples" in kept:
        kept["examples"] = list(
            dict.fromkeys(require_name(each, "an example", "examples") for each in kept["examples"])
        )
    return kept


intents = Resource(
    "intent", "/api/intents", Intent, NewIntent, ChangeIntent,
    permission="intent", order="name", search=("name", "description"), taken="another intent has this name",
    spell=_spell,
)  # fmt: skip


async def taught(tx: Transaction) -> list[TaughtIntent]:
    """The intents that are looked for now."""
    return await tx.many(sql.taught_intents, TaughtIntent)


class Teacher:
    """Makes intents ready, and remembers them until somebody changes an example."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[UUID, tuple[Sequence[TaughtIntent], Intents]] = {}

    async def ready(self, org_id: UUID, found: Sequence[TaughtIntent]) -> Intents:
        """These intents of an organization; raises Unavailable where meaning is not known just now."""
        known = self._known.pop(org_id, None)
        if known is None or known[0] != found:
            named = [(each.name, example) for each in found for example in each.examples]
            vectors = await self._embedder.vectors([example for _, example in named])
            examples = [Example(name, vector) for (name, _), vector in zip(named, vectors, strict=True)]
            known = (found, Intents(examples))
        # Behind all others: what was asked for longest ago is forgotten first.
        self._known[org_id] = known
        if len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]
        return known[1]
