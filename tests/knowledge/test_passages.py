"""Passages: every word of an article is in one of them, under its headings, and none is too long."""

import re

from hypothesis import given
from hypothesis import strategies as st

from server.domain.knowledge.passages import WORDS, passages, plain

TEXT = """Before any heading.

## Returns

Within **thirty** days.

### By post

- wrap it
- send it

```
# no heading
```

## Refunds

See [the terms](https://people.example/terms)."""


def test_a_passage_knows_what_stands_above_it() -> None:
    """Headings lead to it, and a number sign in code is none."""
    assert [each.heading for each in passages(TEXT)] == ["", "Returns", "Returns / By post", "Refunds"]
    assert "# no heading" in passages(TEXT)[2].body


def test_marks_are_not_words() -> None:
    """What a reader does not hear is not searched for its meaning."""
    assert plain(TEXT).endswith("Refunds See the terms.")
    assert "*" not in plain(TEXT)


def test_a_long_text_is_cut_where_it_may_be() -> None:
    """Between paragraphs, else between sentences, else anywhere."""
    for long in (
        "word " * 1000,
        "One sentence. " * 400,
        "\n\n".join(["A paragraph of six words here."] * 100),
        "語" * 9000,
    ):
        parts = passages(long)
        assert len(parts) > 3
        assert all(len(each.body.split()) <= WORDS + 1 for each in parts)


@given(st.text(alphabet="ab #`\n.-*", max_size=400))
def test_no_word_is_lost(text: str) -> None:
    """Whatever is written, each of its words stands in a heading or a body."""
    heard = " ".join(f"{each.heading} {each.body}" for each in passages(text))
    assert set(re.findall("[ab]+", plain(text))) <= set(re.findall("[ab]+", plain(heard)))
