"""A story's text once more, cut character by character, and with none of the engine's code."""

from __future__ import annotations

import itertools
import re
import unicodedata
from functools import cached_property
from string import ascii_uppercase
from typing import NamedTuple

_INVISIBLE = "\u00ad\u200b\u200d\ufeff\ufe0f"
_TONES = "่้๊๋່້໊໋"
_NIGGAHITA = "ໍํ"
_SIMPLIFIED = dict(zip("撾鐵國萬寮", "挝铁国万寮", strict=True))
_WITHOUTSPACES = {"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "LAO", "THAI", "KHMER", "MYANMAR"}
_EASTERN = {"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA"}


class Char(NamedTuple):
    """A character of the canonical text: as compared, as cased, and where it is printed."""

    folded: str
    cased: str
    start: int
    end: int


SPACE = Char(" ", " ", -1, -1)


def is_mark(character: str) -> bool:
    return character != "" and unicodedata.category(character)[0] == "M"


def script(character: str) -> str:
    return unicodedata.name(character, "NONE").split()[0]


def is_spaced(character: str) -> bool:
    """Of a script that puts spaces between its words."""
    return character.isalnum() and script(character) not in _WITHOUTSPACES


def characters(printed: str) -> list[Char]:
    """The text in one form, each character with the printed ones that made it."""
    clusters: list[tuple[int, int, str]] = []
    for place, character in enumerate(printed):
        if character in _INVISIBLE:
            continue
        if clusters and is_mark(character):
            start, _, text = clusters.pop()
            clusters.append((start, place + 1, text + character))
        else:
            clusters.append((place, place + 1, character))
    found: list[Char] = []
    for start, end, text in clusters:
        text = unicodedata.normalize("NFKC", text).replace("’", "'").replace("ຼ", "ລ")
        for cased in text:
            folded = unicodedata.normalize("NFKC", cased.casefold())
            cased = _SIMPLIFIED.get(cased, cased)
            found += [Char(_SIMPLIFIED.get(each, each), cased, start, end) for each in folded]
    for at in range(1, len(found)):  # tones come before a niggahita
        while at and found[at - 1].folded in _NIGGAHITA and found[at].folded in _TONES:
            found[at - 1], found[at] = found[at], found[at - 1]
            at -= 1
    return found


def tokens(printed: str) -> list[list[Char]]:
    """Words of spaced scripts, and runs of unspaced ones."""
    chars, words, kind = characters(printed), list[list[Char]](), ""
    for at, char in enumerate(chars):
        before, last = chars[at - 1].folded if at else "", kind
        rest = "".join(each.folded for each in chars[at + 1 : at + 3])
        kind = _kind(char.folded, before, rest, last)
        if kind and kind == last:
            words[-1].append(char)
        elif kind:
            words.append([char])
    return words


def _kind(character: str, before: str, rest: str, last: str) -> str:
    if is_mark(character):
        return last
    if character.isalnum():
        return "spaced" if is_spaced(character) else "unspaced"
    if last != "spaced" or not is_spaced(rest[:1]):
        return ""
    if character in ".,":
        return "spaced" if before.isdigit() and rest[:1].isdigit() else ""
    is_possessive = rest[:1] == "s" and not (is_spaced(rest[1:]) or is_mark(rest[1:]))
    return "spaced" if character == "'" and not is_possessive else ""


class Part:
    """The title, a paragraph, or one of the other fields."""

    def __init__(self, number: int, field: str, index: int, printed: str) -> None:
        self.number, self.field, self.index, self.printed = number, field, index, printed
        self.chars, units = [SPACE], [(0, 0)]
        for word in tokens(printed):
            self.chars += [*word, SPACE]
            units += [*(_units(word, at) for at in range(len(word))), (0, 0)]
        # Units before each place: where it begins something, and where it ends something.
        self.ends = list(itertools.accumulate((first for first, _ in units), initial=0))
        self.starts = list(itertools.accumulate((last for _, last in units), initial=0))
        self.text = "".join(char.folded for char in self.chars)

    def sentence(self, at: int) -> int:
        """The number of the sentence in which a place begins; the title is one."""
        if self.number == 0:
            return 0
        start = (self.chars[at] if self.chars[at] is not SPACE else self.chars[at - 1]).start
        return sum(end <= start for end in self._sentence_ends)

    def printed_place(self, start: int, end: int) -> tuple[int, int]:
        """Where a place of words begins and ends in print."""
        return self.chars[start].start, self.chars[end - 1].end

    @cached_property
    def _sentence_ends(self) -> list[int]:
        return sentence_ends(self.printed)


def _units(word: list[Char], at: int) -> tuple[int, int]:
    """A quarter of a word each: what a character adds where it ends, and where it begins."""
    if is_spaced(word[0].folded):
        return 4 * (at == 0), 4 * (at == len(word) - 1)
    each = 2 if script(word[at].folded) in _EASTERN else 1
    return each, each


_SHORT = {"Dr", "Mr", "Nov", "No", "U.S"}


def sentence_ends(printed: str) -> list[int]:
    """Where sentences end."""
    ends, at = [], 0
    while at < len(printed):
        first, character = at, printed[at]
        at += 1
        if character in "。！？":
            while at < len(printed) and printed[at] in "”’」』）)\"'":
                at += 1
            ends.append(at)
        elif character in ".!?…":
            while at < len(printed) and printed[at] in ".!?…":
                at += 1
            while at < len(printed) and printed[at] in "\"'”’»)]":
                at += 1
            rest = printed[at:]
            is_end = character in "!?" or not _goes_on(printed[: first + 1], rest)
            if rest[:1].isspace() and rest.strip() and is_end:
                ends.append(at)
    return ends


def _goes_on(before: str, rest: str) -> bool:
    following = rest.strip()[:1]
    if "a" <= following <= "z" or "à" <= following <= "ÿ":
        return True
    word = re.split(r"[\s(\"“‘]", before)[-1]
    return word.endswith(".") and (word[:-1] in _SHORT or word[:-1] in ascii_uppercase)
