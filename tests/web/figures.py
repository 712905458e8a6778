"""Reading /metrics as Prometheus does."""

from prometheus_client.parser import text_string_to_metric_families

from tests.servers import House


class Page:
    """One answer of /metrics."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._samples = {
            (sample.name, *sorted(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def of(self, name: str, *labels: str) -> float:
        """One figure, by its name and the values of its labels."""
        return self._samples[name, *sorted(labels)]

    def get(self, name: str, *labels: str) -> float:
        """The same; nothing where nothing was counted yet."""
        return self._samples.get((name, *sorted(labels)), 0.0)

    def names(self) -> set[str]:
        """Everything that is told."""
        return {name for name, *_ in self._samples}


async def scrape(house: House, url: str = "", **headers: str) -> Page:
    """What a web tells, or what answers at another address."""
    async with house.http.get(url or f"{house.url()}/metrics", headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        return Page(await answer.text())
