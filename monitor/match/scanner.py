"""Many needles, or many patterns, looked for in one pass over a text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

import ahocorasick_rs
import re2

_CHUNK = 256 * 1024  # bytes of a text; the matches of 5 MB at once would take 400 MB
_SET_MEMORY = 32 * 1024 * 1024  # bytes, of as many patterns as go into it


NO_KEYS: Mapping[str, Collection[str]] = MappingProxyType({})


class Scanner:
    """Finds which of many needles a canonical text holds; and ``keys``, which some stand for."""

    def __init__(
        self, needles: Iterable[str], keys: Mapping[str, Collection[str]] = NO_KEYS
    ) -> None:
        self._needles = list(dict.fromkeys(needles))
        # By number: the processor's cache has no room for a table of all that are looked for.
        self._keys = [keys.get(needle, ()) for needle in self._needles] if keys else []
        encoded = [needle.encode() for needle in self._needles]
        self._automaton = ahocorasick_rs.BytesAhoCorasick(encoded) if encoded else None
        self._overlap = max(map(len, encoded), default=1) - 1

    def present(self, text: bytes) -> set[str]:
        if self._automaton is None:
            return set()
        found = set[int]()
        for start in range(0, len(text), _CHUNK):
            chunk = text[start : start + _CHUNK + self._overlap] if len(text) > _CHUNK else text
            matches = self._automaton.find_matches_as_indexes(chunk, overlapping=True)
            found.update({number for number, _, _ in matches})
        present = {self._needles[number] for number in found}
        if self._keys:
            present.update(*(self._keys[number] for number in found))
        return present


class Patterns:
    """Finds which of many patterns some printed texts may hold."""

    def __init__(self, patterns: Iterable[str]) -> None:
        unique = list(dict.fromkeys(patterns))
        self._sets = list(_sets(unique)) if unique else []
        self.any = bool(unique)

    def present(self, texts: Collection[str]) -> set[str]:
        return {
            f"/{patterns[number]}"
            for patterns, found_in in self._sets
            for text in texts
            for number in found_in(text)
        }


def _sets(
    patterns: Sequence[str],
) -> Iterator[tuple[Sequence[str], Callable[[str], Iterable[int]]]]:
    """As few sets as RE2's memory allows, each with what tells the numbers of those that a text
    holds."""
    try:
        yield patterns, _set_of(patterns)
    except re2.error:
        middle = len(patterns) // 2
        if middle:
            yield from _sets(patterns[:middle])
            yield from _sets(patterns[middle:])
        else:
            yield patterns, lambda _: (0,)  # whoever asks for it will look for it alone


def _set_of(patterns: Sequence[str]) -> Callable[[str], Iterable[int]]:
    found_in = re2.Set.SearchSet(quiet(_SET_MEMORY))
    for pattern in patterns:
        found_in.Add(f"(?i){pattern}")
    # Where a text needs more memory than RE2 has left, it tells of no pattern instead of an error.
    # This one is in every text: where it is not told of, any of them may be there.
    sentinel = found_in.Add("")
    found_in.Compile()

    def numbers(text: str) -> Iterable[int]:
        found = set(found_in.Match(text) or ())
        return found - {sentinel} if sentinel in found else range(len(patterns))

    return numbers


def quiet(max_mem: int = 8 * 1024 * 1024) -> re2.Options:
    """RE2 tells of a bad pattern by its exception alone, not on stderr."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = max_mem
    return options
