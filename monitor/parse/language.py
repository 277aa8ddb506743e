"""The language of a text as a BCP 47 primary tag: by script where the script decides."""

from __future__ import annotations

import re
from itertools import islice

UNKNOWN = "und"
_SAMPLE = 5000
_GUESS = 300  # characters that py3langid needs; more tell no more (tests/bench)
_SCRIPTS = {
    "lo": re.compile("[\u0e80-\u0eff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "km": re.compile("[\u1780-\u17ff]"),
    "my": re.compile("[\u1000-\u109f]"),
    "ja": re.compile("[\u3040-\u30ff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "zh": re.compile("[\u3400-\u4dbf\u4e00-\u9fff]"),
}
_WRITES = {"zh": 2}  # a Han character says about as much as two letters
_FOREIGN = re.compile("[\u0370-\u1dff\u2c00-\ud7af]")  # beyond Latin: most texts have none of it
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_KANA_SHARE = 0.05  # Japanese has at least that much kana beside its Han
_OTHER_SCRIPTS = frozenset(
    {
        "am", "ar", "as", "be", "bg", "bn", "el", "fa", "gu", "he", "hi", "hy", "ka", "kk", "kn",
        "ky", "mk", "ml", "mn", "mr", "ne", "or", "pa", "ps", "ru", "si", "sr", "ta", "te", "ug",
        "uk", "ur", "dz",
    }
)  # fmt: skip
_ENOUGH = 40  # letters below which a statistical guess is a coin toss


def tell_language(text: str, declared: str = "") -> tuple[str, str]:
    """The language, and what told it: script, declared or py3langid.

    ``declared`` is the page's own claim; it decides only among languages of Latin script.
    """
    sample = text[:_SAMPLE]
    foreign = _FOREIGN.search(sample) is not None
    # Of a text in Latin letters, nothing hangs on how many there are beyond enough.
    letters = len(list(islice(filter(str.isalpha, sample), None if foreign else _ENOUGH)))
    if not letters:
        return UNKNOWN, ""
    if foreign and (tag := _by_script(sample, letters)):
        return tag, "script"
    tag = re.split("[-_]", declared.strip().lower(), maxsplit=1)[0]
    latin = not foreign or len(_LATIN.findall(sample)) > letters / 2
    if re.fullmatch("[a-z]{2,3}", tag) and tag not in _SCRIPTS and (tag in _OTHER_SCRIPTS) != latin:
        return tag, "declared"
    return _by_letters(sample) if letters >= _ENOUGH else UNKNOWN, "py3langid"


def _by_script(sample: str, letters: int) -> str | None:
    """The language that alone has its script, if most of the text is in it."""
    counts = {tag: len(pattern.findall(sample)) for tag, pattern in _SCRIPTS.items()}
    if counts["ja"] > _KANA_SHARE * (counts["ja"] + counts["zh"]):
        counts["ja"] += counts["zh"]
        counts["zh"] = 0
    tag = max(counts, key=lambda name: counts[name] * _WRITES.get(name, 1))
    return tag if counts[tag] * _WRITES.get(tag, 1) > letters / 3 else None


def _by_letters(sample: str) -> str:
    """What py3langid ranks first among the languages that no script of their own tells."""
    ranked = _ranked(sample[:_GUESS])
    return next((tag for tag, _ in ranked if tag not in _SCRIPTS), UNKNOWN)


def load_model() -> None:
    """Read py3langid's model from its file, once."""
    _ranked("")


def _ranked(text: str) -> list[tuple[str, float]]:
    from py3langid import rank  # here, since loading its model takes a third of a second

    ranked: list[tuple[str, float]] = rank(text)
    return ranked
