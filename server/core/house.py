"""What one web process has at hand; routes find it in `request.app.state.house`."""

import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from server.core.auth import Holder, Passwords
from server.core.cache import Cache
from server.core.config import Settings
from server.core.db import Db
from server.core.embedding import Embedder
from server.core.fresh import Fresh
from server.core.limits import Buckets
from server.core.metrics import Metrics
from server.core.notices import Notices

# A part that `/health/ready` asks about: returns when it works, raises Unavailable when it does not.
Check = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class House:
    """The parts of one process, opened once by server/web.py and passed down."""

    settings: Settings
    # Works as fd_app: in a scope under row security, unscoped for the definer look-ups.
    db: Db
    cache: Cache
    # What changed, told to every node and heard from it.
    notices: Notices
    passwords: Passwords
    # The hash of a session's or bot's token -> who holds it.
    tokens: Fresh[bytes, Holder | None]
    # Widget key -> domain/channels' Channel, which this floor does not know.
    channels: Fresh[str, Any]
    # Organization and channel -> domain/channels' Reception: who answers there, and how soon.
    receptions: Fresh[tuple[UUID, UUID], Any]
    # How often one address may ask for a visitor's session here.
    visits: Buckets
    # How often one session or API token may call routes here, one visitor, and a whole organization.
    calls: Buckets
    visitor_calls: Buckets
    organization_calls: Buckets
    # What texts mean, for the search in articles.
    embedder: Embedder = field(default_factory=Embedder)
    clock: Callable[[], float] = time.monotonic
    checks: dict[str, Check] = field(default_factory=dict)
    metrics: Metrics = field(default_factory=Metrics)
    # How often routes refused, by code.
    refusals: Counter[str] = field(default_factory=Counter)
