"""Lines that tell something, and those that are names and dates alone."""

from __future__ import annotations

import re

from monitor.parse import phrases
from monitor.parse.dates import find_stamp
from monitor.parse.page import Block

_DATE_LONGEST = 64
_LINKS_TOLD = 0.3  # share of a sentence in links
_ZH_NAME = 5  # characters of a Chinese name with a full stop
_TELLING = 25  # weight of a sentence, below which a name may stand before a full stop
_TELLS = re.compile(r"[.?。！？][)）”\"’」』]{0,2}$")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
# Words that stand between the names of a credit, in small letters.
_JOINING = frozenset(
    {
        "a", "additional", "agencies", "agency", "am", "and", "at", "bin", "by",
        "compiled", "correspondent", "da", "de", "di", "edited", "editing", "editor",
        "editors", "for", "from", "in", "la", "of", "on", "or", "p", "m", "posted",
        "published", "reported", "reporter", "reporting", "staff", "the", "to",
        "translated", "updated", "van", "von", "with", "writer", "writing", "written",
    }
)  # fmt: skip


def tells(block: Block) -> bool:
    """Whether a block is a sentence, of more than names and numbers, and no link."""
    text = block.text
    if block.links > _LINKS_TOLD * len(block.raw) or not _TELLS.search(text):
        return False
    if _is_uncased(text):
        value = re.split("[:：]", text, maxsplit=1)[-1]
        return block.weight >= _TELLING or len(value) > _ZH_NAME
    return block.weight >= _TELLING and _small_words(text)


def _is_uncased(text: str) -> bool:
    """Whether a text is in a script that has no capitals, or partly so."""
    letters = set(_NOT_ASCII.findall(text))
    return any(letter.isalpha() and letter.lower() == letter.upper() for letter in letters)


def _small_words(text: str) -> bool:
    """Whether a text has words in small letters, other than those that join names."""
    words = (found[0] for found in _WORD.finditer(text))
    return any(word[0].islower() and word not in _JOINING for word in words)


def is_name(block: Block) -> bool:
    """Whether a block has nothing but words with capitals: a byline, a place."""
    text = block.text
    return not (_is_uncased(text) or _small_words(text) or _DIGIT.search(text))


def is_date(block: Block) -> bool:
    """Whether a block is a date, with the day of the week or a paper's name at most."""
    text = block.text
    stamp = find_stamp(text) if len(text) <= _DATE_LONGEST else None
    if stamp is None:
        return False
    rest = phrases.DAY.sub("", text[: stamp.start] + " " + text[stamp.end :])
    return not _is_uncased(rest) and not _small_words(rest)
