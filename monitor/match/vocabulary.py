"""The words of a story, and which of them are like one that it does not have."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import TypeVar

from monitor.match.canonical import BREAK, is_unspaced, stem
from monitor.match.nodes import Term
from monitor.match.story import Story

Key = TypeVar("Key", str, int)

MOST_WORDS = 50_000  # different ones, of one story
MOST_COMPARED = 50_000  # pairs of words, for all terms of a query; each costs some microseconds
_LONGEST_PREFIX = 16  # letters
_SHORTEST = 4  # letters; too many words are like a shorter one
_LIKE = 0.85  # of difflib's ratio: Saysettha and Saysetha; not farms and fares
_MOST = 3


class Vocabulary:
    def __init__(self, story: Story) -> None:
        start, end = story.areas(None)[0]
        words = dict.fromkeys(story.text[start:end].split(" "))
        self._words = [word for word in words if word not in ("", BREAK) and not is_unspaced(word)]
        del self._words[MOST_WORDS:]
        self._by_beginning: dict[int, dict[str, str]] = {}
        self._left = MOST_COMPARED

    @cached_property
    def _by_stem(self) -> Mapping[str, list[str]]:
        return _grouped(self._words, stem)

    @cached_property
    def _by_letters(self) -> Mapping[str, list[str]]:
        return _grouped(self._words, _bare)

    @cached_property
    def _by_length(self) -> Mapping[int, list[str]]:
        return _grouped(self._words, len)

    def similar(self, term: Term) -> list[str]:
        """Other forms of an English word, and other accents; then close spellings. Of a prefix,
        of its own length."""
        word = term.needle.strip(" ")
        if term.form == "prefix":
            return self._close_to_prefix(word)
        if term.form == "stem":
            return self._close(term.written.casefold())
        forms = [each for each in self._by_stem.get(stem(word), ()) if each != word]
        forms += [each for each in self._by_letters.get(_bare(word), ()) if each != word]
        return list(dict.fromkeys(forms))[:_MOST] or [
            each for each in self._close(word) if each != word
        ]

    def _close(self, word: str) -> list[str]:
        if len(word) < _SHORTEST:
            return []
        slack = max(1, len(word) // 4)
        lengths = range(len(word) - slack, len(word) + slack + 1)
        candidates = [each for length in lengths for each in self._by_length.get(length, ())]
        return self._like(word, candidates)

    def _close_to_prefix(self, prefix: str) -> list[str]:
        if len(prefix) > _LONGEST_PREFIX:
            return []
        whole = self._whole(len(prefix))
        return [whole[each] for each in self._like(prefix, list(whole))]

    def _whole(self, length: int) -> dict[str, str]:
        """A word of each beginning of that length."""
        if length not in self._by_beginning:
            whole: dict[str, str] = {}
            for word in self._words:
                whole.setdefault(word[:length], word)
            self._by_beginning[length] = whole
        return self._by_beginning[length]

    def _like(self, word: str, candidates: list[str]) -> list[str]:
        """Those that are close, and those of the same letters; none once too much was compared."""
        if len(candidates) > self._left:
            return []
        self._left -= len(candidates)
        letters = sorted(word)
        swapped = [each for each in candidates if sorted(each) == letters]
        close = get_close_matches(word, candidates, n=_MOST, cutoff=_LIKE)
        return list(dict.fromkeys([*swapped, *close]))[:_MOST]


def _grouped(words: Iterable[str], key: Callable[[str], Key]) -> Mapping[Key, list[str]]:
    found: dict[Key, list[str]] = {}
    for word in words:
        found.setdefault(key(word), []).append(word)
    return found


def _bare(word: str) -> str:
    """A word without its accents: Viet of Việt."""
    if word.isascii():
        return word
    letters = unicodedata.normalize("NFD", word).replace("đ", "d")
    return "".join(sign for sign in letters if not unicodedata.combining(sign))
