"""Figures for Prometheus: plain numbers that objects keep anyway, read only when somebody asks for them.

The one file that knows prometheus_client. Its own counters look a label up and take a lock for every count; an
attribute that goes up by one costs a hundredth of that, so a page is put together from those at each scrape.
"""

import asyncio
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

import structlog
from prometheus_client import ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from server.core.errors import Refused

# The others see one figure of a page as this.
__all__ = ["Metric"]

logger = structlog.get_logger(__name__)

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
# Half of what Prometheus waits by default: what cannot be asked is left out, and the rest still arrives.
ASK_SECONDS = 5.0

# One number, or one for each value of a label; of two labels the key is a pair.
Values = float | Mapping[str, float] | Mapping[tuple[str, str], float]
Source = Callable[[], Iterable[Metric]]
Asked = Callable[[], Awaitable[Iterable[Metric]]]


class Tally:
    """A histogram that costs a look into a short list for each value."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, *bounds: float) -> None:
        self.bounds = bounds
        # The last one is of what is above every bound.
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def add(self, value: float) -> None:
        """Count one value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value


def gauge(name: str, told: str, values: Values, *labels: str) -> Metric:
    """What goes up and down."""
    return _filled(GaugeMetricFamily(name, told, labels=labels), values)


def counter(name: str, told: str, values: Values, *labels: str) -> Metric:
    """What only goes up while the process lives."""
    return _filled(CounterMetricFamily(name, told, labels=labels), values)


def histogram(name: str, told: str, tally: Tally) -> Metric:
    """How values were spread."""
    family = HistogramMetricFamily(name, told)
    sums, so_far = [], 0
    for bound, count in zip((*map(str, map(float, tally.bounds)), "+Inf"), tally.counts, strict=True):
        so_far += count
        sums.append((bound, so_far))
    family.add_metric([], sums, tally.sum)
    return family


def _filled(family: GaugeMetricFamily | CounterMetricFamily, values: Values) -> Metric:
    if isinstance(values, Mapping):
        for key, value in values.items():
            family.add_metric([key] if isinstance(key, str) else list(key), value)
    else:
        family.add_metric([], values)
    return family


class _Page(Collector):
    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        """What generate_latest asks a registry for."""
        return self._metrics


class Metrics:
    """What one process has to tell; parts of it add their sources when they are opened."""

    def __init__(self) -> None:
        # CPU, memory and open files, where the system tells (/proc).
        self._process = ProcessCollector(registry=None)
        # Read from memory, and those that have to be asked for in Valkey or Postgres.
        self.sources: list[Source] = []
        self.asked: list[Asked] = []

    async def page(self) -> bytes:
        """Every figure of this moment, in Prometheus' text format; what does not answer in time is left out."""
        found = await asyncio.gather(*(_answer(each) for each in self.asked))
        metrics = [*self._process.collect(), *(one for source in self.sources for one in source())]
        return self.of([*metrics, *(one for some in found for one in some)])

    @staticmethod
    def of(metrics: Sequence[Metric]) -> bytes:
        """These figures, as text."""
        return generate_latest(_Page(metrics))


async def _answer(ask: Asked) -> Iterable[Metric]:
    try:
        async with asyncio.timeout(ASK_SECONDS):
            return await ask()
    except (Refused, TimeoutError) as error:
        logger.warning("figures are missing", error=str(error) or "no answer in time")
        return ()
