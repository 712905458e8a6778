"""The log's door with a span for each sampled entry; used only where traces are wanted, so that nobody else pays."""

import time
from typing import Any

from server.core.errors import Refused
from server.core.trace import Tracer
from server.domain.chat.log import Answer, Draft, Log, Placed


class TracedLog(Log):
    """Tells how long it took until an entry had its number, or was refused."""

    def __init__(self, tracer: Tracer, *parts: Any, **settings: Any) -> None:
        super().__init__(*parts, **settings)
        self._tracer = tracer

    def append(self, draft: Draft, answer: Answer) -> None:
        """As without traces."""
        if not self._tracer.samples(draft.id):
            super().append(draft, answer)
            return
        begun = time.time_ns()

        def answered(result: Placed | Refused) -> None:
            if isinstance(result, Refused):
                told: dict[str, str | int] = {"frontdesk.outcome": result.code.value}
            else:
                outcome = "repeated" if result.is_repeated else "accepted"
                told = {"frontdesk.outcome": outcome, "frontdesk.seq": result.seq, "frontdesk.epoch": result.epoch}
            self._tracer.tell("accept", draft.id, begun, told)
            answer(result)

        super().append(draft, answered)
