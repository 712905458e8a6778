"""In which language a text is written, by the letters that follow one another in it."""

from functools import cache
from typing import Any

# Those that a chat is likely to be in; each one more makes short texts less sure.
LANGUAGES = [
    "ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it",
    "ja", "ko", "lt", "lv", "ms", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tr", "uk",
    "vi", "zh",
]  # fmt: skip


def detect(text: str) -> tuple[str, float]:
    """The language, in two letters, and how sure that is, 0 to 1; a few words are enough, a name is not."""
    code, share = _identifier().classify(text)
    return str(code), float(share)


@cache
def _identifier() -> Any:
    # Only the process that knows the model of meaning asks: these tables fill 100 MB while they are read.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier
