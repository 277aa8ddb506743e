"""Canonical text: the one form in which stories and terms are compared.

NFKC and case fold (Unicode Standard Annex 15; The Unicode Standard, 3.13), then tokens joined by
single spaces, with a space at either end. A term of a spaced script becomes ``" term "``, one of
an unspaced script a plain substring; so whole words and phrases need no special case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

import Stemmer

from monitor.match.characters import (
    IGNORED,
    MARKS,
    NONSTARTERS,
    PLAIN,
    PLAIN_MARKS,
    SPACED,
    UNSPACED,
)
from monitor.match.han import simplify

BREAK = "\x1e"  # stands between title and paragraphs; no term holds it

_IGNORED = re.compile(f"[{IGNORED}]+")
# Sorting a run of marks takes NFKC quadratic time: 3 s for 80,000. Thirty are more than any
# language puts on a letter (the limit of the Stream-Safe Text Format, Annex 15, section 13).
_ENDLESS = re.compile(f"([{NONSTARTERS}]{{30}})[{NONSTARTERS}]+")
# A quick look whether there can be such a run: of 31 characters, 7 are among each fourth.
_SUSPECT = re.compile("[\\W\uff9e\uff9f]{7}")

# Lao and Thai AM is one character, or niggahita and AA; a tone mark typed before or after the
# niggahita looks the same.
_NIGGAHITA = "\u0e4d\u0ecd"
_NIGGAHITA_TONES = re.compile(f"[{_NIGGAHITA}][{_NIGGAHITA}\u0e48-\u0e4b\u0ec8-\u0ecb]+")
_AA = "\u0e32\u0eb2"
# ຫຼ is written ຫລ, too, in older papers and by some sites to this day.
_SMALL_LO, _LO = "\u0ebc", "\u0ea5"
# Vowels that are no marks: those written before their consonant, and those that follow theirs.
# Lao HO, which ends no syllable, goes before consonants as such a vowel does: ຫຼ, ຫງ, ໜ.
_LEADING = "\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4\u0eab"
_FOLLOWING = f"{_AA}\u0e30\u0e33\u0e45\u0eb0\u0eb3\u0ebd"
_STACKERS = "\u17d2\u1039"  # Khmer coeng, Burmese virama: the next consonant goes under the last
_APOSTROPHES = "’‘ʼ‛"

# Signs that print sets where a typewriter has others; NFKC gives those of the second line, and
# for the rest a token ends at either. Without them most English is ASCII, most Chinese NFKC.
_TYPOGRAPHIC = (
    *(("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-"), ("…", "-")),
    *(("，", ","), ("（", "("), ("）", ")"), ("：", ":"), ("；", ";"), ("！", "!"), ("？", "?")),
    *(("\u3000", " "), ("\xa0", " ")),
)

# An apostrophe inside a word belongs to it (Xi'an), one before a last s does not (Laos's).
# A point or comma between digits belongs to the number (3.5, 1,000).
_WORD = f"[{SPACED}]++(?:[{MARKS}]++[{SPACED}]*+)*+"
_INNER = rf"(?:'(?!s(?![{SPACED}]|[{MARKS}]))|(?<=\d)[.,](?=\d))"
TOKEN = re.compile(
    rf"{_WORD}(?:{_INNER}{_WORD})*+|[{UNSPACED}]++(?:[{MARKS}]++[{UNSPACED}]*+)*+|{BREAK}"
)
_UNSPACED = re.compile(f"[{UNSPACED}]")
_HAN = re.compile("[\u3400-\u9fff]")
_PLAIN = re.compile(f"(?:[{PLAIN}]++{PLAIN_MARKS}?+)*+")
_LONG, _AT_ONCE = 1_000_000, 50_000  # characters of a text, and tokens
_english = Stemmer.Stemmer("english")  # Porter's second: https://snowballstem.org


# The tokens of ASCII, found by what parts them: half the time that TOKEN takes.
_PARTS_ASCII = {
    code: sign if (sign := chr(code)).isalnum() or sign in "'.,\x1e" else " " for code in range(128)
}
_PARTS = re.compile(r"[.,](?:(?!\d)|(?<!\d[.,]))|'(?:(?!\w)|(?<!\w')|(?=s(?!\w)))")


def fold(text: str) -> str:
    """Bring case, width, composition and look-alikes to one form; punctuation stays."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", _composed(text).casefold())
    return _in_one_spelling(text)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFKC", _cut_endless(_IGNORED.sub("", text)))


def _in_one_spelling(text: str) -> str:
    for apostrophe in _APOSTROPHES:
        text = text.replace(apostrophe, "'")
    text = text.replace(_SMALL_LO, _LO)
    if any(sign in text for sign in _NIGGAHITA):
        text = _NIGGAHITA_TONES.sub(_tones_first, text)
        text = unicodedata.normalize("NFKC", text)
    return text


def _cut_endless(text: str) -> str:
    """Once, before anything else: only then do the pieces of a text fold as the whole does."""
    return _ENDLESS.sub(r"\1", text) if _SUSPECT.search(text[::4]) else text


def _tones_first(found: re.Match[str]) -> str:
    return "".join(sorted(found[0], key=_NIGGAHITA.__contains__))


def canonical(text: str) -> str:
    """The canonical text: ``"China–Laos 铁路"`` gives ``" china laos 铁路 "``."""
    return canonical_and_parted(text)[0]


def canonical_and_parted(text: str) -> tuple[str, str | None]:
    """The canonical text, and what it was made of where that is as long as ``text``: ``parted``,
    with a blank on either side of each break."""
    text = typewritten(text)
    if text.isascii():
        apart = parted(text.replace(BREAK, f" {BREAK} "))
        return f" {' '.join(filter(None, apart.split(' ')))} ", apart
    folded = fold(text)
    if not folded.isascii() and _HAN.search(folded):
        folded = simplify(folded)
    return f" {_words(folded)} ", None


def _words(folded: str) -> str:
    """Its tokens, with blanks between them."""
    if len(folded) < _LONG:
        return " ".join(TOKEN.findall(folded))
    # Millions of tokens at once would take ten times the memory of their text.
    found = (token[0] for token in TOKEN.finditer(folded))
    return " ".join(iter(lambda: " ".join(islice(found, _AT_ONCE)), ""))


def parted(text: str) -> str:
    """The tokens of ASCII where they stand, with blanks between them; its length stays."""
    return _PARTS.sub(" ", text.lower().translate(_PARTS_ASCII))


def typewritten(text: str) -> str:
    """``text`` with a typewriter's signs in the place of print's; its length stays."""
    if not text.isascii():
        for printed, plain in _TYPOGRAPHIC:
            text = text.replace(printed, plain)
    return text


def one_to_one(text: str) -> str | None:
    """``fold`` of a text in which each character folds to one; None: in this one, not all do."""
    if _PLAIN.fullmatch(text):
        return fold_plain(text)
    folded = text.casefold()
    is_plain = (
        len(folded) == len(text)
        and unicodedata.is_normalized("NFKC", text)
        and unicodedata.is_normalized("NFKC", folded)
        and not _IGNORED.search(text)
        and _cut_endless(text) == text
        and not any(sign in folded for sign in (*_NIGGAHITA, *_APOSTROPHES))
    )
    return folded.replace(_SMALL_LO, _LO) if is_plain else None


def fold_plain(text: str) -> str:
    """``fold`` of characters and marks that are plain."""
    return text.lower().replace(_SMALL_LO, _LO)


def wording(text: str) -> str:
    """As ``canonical`` has it, in the case in which it is printed."""
    text = _in_one_spelling(_composed(text.replace(BREAK, " ")))
    return " ".join(TOKEN.findall(simplify(text)))


def needle(term: str) -> str:
    """What to look for in canonical text; empty where ``term`` has no letter or digit."""
    if term.isascii() and term.isalnum():  # most are, and nothing in them parts
        return f" {term.lower()} "
    return _needle(canonical(term.replace(BREAK, " ")))


def needles(terms: Iterable[str]) -> list[str]:
    """The needle of each term, made of all at once: ten times as fast."""
    text = BREAK.join([*(term.replace(BREAK, " ") for term in terms), ""])
    return [_needle(words) for words in canonical(text).split(BREAK)[:-1]]


def _needle(words: str) -> str:
    words = words.strip(" ")
    if not words:
        return ""
    left = "" if _UNSPACED.match(words) else " "
    right = "" if _UNSPACED.match(words.rpartition(" ")[2]) else " "
    return left + words + right


def is_unspaced(words: str) -> bool:
    """Whether a needle begins in a script that puts no space between words."""
    return _UNSPACED.match(words) is not None


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem that all forms of an English word share: negotiate, negotiations."""
    return str(_english.stemWord(word))


def splits_cluster(text: str, index: int) -> bool:
    """Whether cutting canonical ``text`` before ``index`` tears a written syllable apart.

    The extended grapheme clusters of Unicode Standard Annex 29, with the stacked consonants of
    Khmer and Burmese and the vowels of Lao and Thai besides.
    """
    before, after = text[index - 1], text[index]
    if " " in (before, after):
        return False
    return (
        before in _STACKERS
        or before in _LEADING
        or after in _FOLLOWING
        or unicodedata.category(after)[0] == "M"
    )


def tears(text: str, start: int, end: int) -> bool:
    """Whether a stretch of canonical text begins or ends inside a written syllable."""
    return splits_cluster(text, start) or splits_cluster(text, end)


def whole_syllables(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch of canonical text, with what belongs to the written syllables at its ends."""
    while splits_cluster(text, start):
        start -= 1
    while splits_cluster(text, end):
        end += 1
    return start, end


def whole_letters(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch of canonical text, with the marks on its last letter and the letter of its first
    marks."""
    while unicodedata.category(text[start])[0] == "M":
        start -= 1
    while unicodedata.category(text[end])[0] == "M":
        end += 1
    return start, end


def without_ignored(text: str) -> str:
    """``text`` without the characters that print nothing."""
    return _IGNORED.sub("", text)
