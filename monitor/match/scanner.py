"""Many needles, or many patterns, looked for in one pass over a text."""

from __future__ import annotations

from collections.abc import Iterable

import ahocorasick_rs
import re2


class Scanner:
    """Finds which of many needles a canonical text holds."""

    def __init__(self, needles: Iterable[str]) -> None:
        self._needles = list(dict.fromkeys(needles))
        encoded = [needle.encode() for needle in self._needles]
        self._automaton = ahocorasick_rs.BytesAhoCorasick(encoded) if encoded else None

    def present(self, text: bytes) -> set[str]:
        if self._automaton is None:
            return set()
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return {self._needles[number] for number in {number for number, _, _ in found}}


class Patterns:
    """Finds which of many patterns some printed texts hold."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._patterns = list(dict.fromkeys(patterns))
        self._set = re2.Set.SearchSet(quiet())
        for pattern in self._patterns:
            self._set.Add(f"(?i){pattern}")
        self.any = bool(self._patterns)
        if self.any:
            self._set.Compile()

    def present(self, texts: Iterable[str]) -> set[str]:
        found = {number for text in texts for number in self._set.Match(text) or ()}
        return {f"/{self._patterns[number]}" for number in found}


def quiet() -> re2.Options:
    """RE2 tells of a bad pattern by its exception alone, not on stderr."""
    options = re2.Options()
    options.log_errors = False
    return options
