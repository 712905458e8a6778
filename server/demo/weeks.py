"""Five weeks of the demo: which conversations there were, and which are going on right now."""

from collections.abc import Iterator
from itertools import chain

from server.demo.company import Company, chance_of
from server.demo.corpus import small_talk
from server.demo.director import Director, Guest, House
from server.demo.hours import DAY, HOUR, MINUTE, some_time
from server.demo.scripts import Script, scripts
from server.demo.story import Story

WEEKS = 35 * DAY
# How often each script is heard, beyond what it asks for itself.
_OFTEN = 2
# Whoever waits now: the script's subject, and for how many minutes.
_WAITING = (
    ("Where is my parcel?", 2), ("Yellow leaves", 6), ("Braune Blattspitzen", 11), ("Which pot fits", 19),
    ("Suivi de commande", 27), ("Returning a plant", 48), ("Invoice for the company", 74),
)  # fmt: skip
# Who talks with whom now, which of the script's pauses they are in, and how many minutes ago the last word was.
_TALKING = (
    ("Maya", "Plants for an office", 1, 9), ("Jonas", "Partnership question", 0, 64),
    ("Jonas", "Wo bleibt mein Paket?", 0, 1), ("Jonas", "A leaf arrived broken", 0, 4),
    ("Jonas", "Third late delivery, angry", 0, 13), ("Jonas", "Umtausch Übertopf", 0, 31),
    ("Amara", "The long one: repotting rescue", 1, 2), ("Amara", "Fungus gnats", 1, 7),
    ("Amara", "Feuilles jaunes", 0, 18), ("Leïla", "أوراق صفراء", 0, 3),
    ("Leïla", "Payment failed but money is gone", 0, 5), ("Leïla", "¿Dónde está mi pedido?", 0, 23),
    ("Kenji", "葉が黄色くなります", 0, 8),
)  # fmt: skip

# And with the bot: how many minutes ago it had the last word.
_WITH_BOT = (3, 8, 17)


class Weeks:
    """Makes the conversations of one company, oldest first."""

    def __init__(self, company: Company, now: int) -> None:
        # How often a moment is drawn depends on the day of the week, which nothing else may.
        self._chance, self._times = chance_of("weeks"), chance_of("times")
        self._company, self._now = company, now
        self._guests = company.guests()
        self._chance.shuffle(self._guests)
        self._busy: set[str] = set()
        self._houses: dict[str, House] = {}

    def stories(self) -> list[Story]:
        """All of them."""
        live = [*self._waiting(), *self._talking()]
        past = [self._past(script) for script in self._heard()]
        return sorted(chain(past, live, self._with_bot()), key=lambda story: story.id)

    def _heard(self) -> Iterator[Script]:
        for script in scripts():
            yield from [script] * script.times * _OFTEN
        yield from small_talk(self._chance)

    def _past(self, script: Script) -> Story:
        at = some_time(self._times, self._now - WEEKS, self._now - 2 * HOUR)
        director = self._director(script, at)
        while True:
            story = director.played(at)
            if story.at < self._now - 20 * MINUTE:
                return story
            at -= DAY

    def _waiting(self) -> Iterator[Story]:
        for subject, minutes in _WAITING:
            script = _script(subject)
            director = self._director(script, self._now - minutes * MINUTE, is_live=True)
            quiet = minutes * MINUTE - self._chance.randrange(10_000, 40_000)
            yield director.unfinished(director.unanswered, self._now, quiet)

    def _talking(self) -> Iterator[Story]:
        for name, subject, cut, minutes in _TALKING:
            script = _script(subject)
            director = self._director(script, self._now - HOUR, name, is_live=True)
            cuts = director.cuts
            quiet = minutes * MINUTE - self._chance.randrange(5_000, 40_000)
            yield director.unfinished(cuts[min(cut, len(cuts) - 1)], self._now, quiet)

    def _with_bot(self) -> Iterator[Story]:
        for minutes, script in zip(_WITH_BOT, small_talk(chance_of("bot")), strict=False):
            director = self._director(script, self._now - HOUR, is_live=True)
            yield director.unfinished(2, self._now, minutes * MINUTE)

    def _director(self, script: Script, at: int, agent: str = "", *, is_live: bool = False) -> Director:
        house = self._houses.setdefault(script.language, self._company.house(script.language))
        guest = self._guest(script, at, is_live=is_live)
        return Director(house, script, guest, self._chance.getrandbits(60), agent)

    def _guest(self, script: Script, at: int, *, is_live: bool) -> Guest:
        """Who comes with it: somebody of that language, of a company where the script speaks of one."""
        words = " ".join(line.text for line in script.lines)
        must_be_known = any(gap in words for gap in ("{company}", "{email}", "{name}様")) or script.channel == "trade"
        if must_be_known or self._chance.random() < (0.8 if is_live else 0.62):
            suited = [
                each
                for each in self._guests
                if each.language == script.language
                and bool(each.company) == (script.channel == "trade")
                and not (is_live and each.email in self._busy)
            ]
            if suited:
                guest = self._chance.choice(suited)
                if is_live:
                    self._busy.add(guest.email)
                return guest
        return self._company.stranger(script.language, at)


def _script(subject: str) -> Script:
    return next(each for each in scripts() if each.subject == subject)
