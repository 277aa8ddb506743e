"""Concepts: one thing under all its names, in all languages, with guards against its homonyms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from typing import TypeAlias

from monitor.match.nodes import Leaf, Term
from monitor.match.scanner import Scanner


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing. ``guards`` are phrases inside which a name means something else; where
    ``company`` is given, the story must hold one of it beside the name."""

    id: str
    about: str = ""
    kind: str = ""
    names: tuple[Term, ...] = ()
    guards: tuple[Term, ...] = ()
    company: tuple[Leaf, ...] = ()
    narrower: tuple[str, ...] = ()


class Concepts(Mapping[str, Concept]):
    """All concepts by id. Each ``narrower`` id must be among them."""

    def __init__(self, concepts: Iterable[Concept] = ()) -> None:
        self._by_id = {concept.id: concept for concept in concepts}
        self.family = cache(self._family)

    def __getitem__(self, concept_id: str) -> Concept:
        return self._by_id[concept_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def _family(self, concept_id: str) -> tuple[Concept, ...]:
        """The concept and all that are narrower, each once."""
        found: dict[str, Concept] = {}
        waiting = [concept_id]
        while waiting:
            each = waiting.pop()
            if each not in found:
                found[each] = self._by_id[each]
                waiting += found[each].narrower
        return tuple(found.values())

    @cached_property
    def lexicon(self) -> Lexicon:
        return Lexicon(self)

    def unknown(self, concept_id: str) -> str:
        """What is wrong with a reference to ``concept_id``, and what would be right."""
        if not self._by_id:
            return f"there is no concept @{concept_id}: no concepts are loaded (config/concepts/)"
        close = nearest_id(concept_id, self._by_id)
        hint = f"did you mean @{close}" if close else "`monitor concept list` shows them all"
        return f"there is no concept @{concept_id} ({hint})"


_Owners: TypeAlias = defaultdict[str, list[tuple[str, Term]]]  # of a needle: concept, term


class Lexicon:
    """The names and guards of all concepts, found in one scan of a text."""

    def __init__(self, concepts: Concepts) -> None:
        broader: dict[str, list[str]] = defaultdict(list)  # the keys of all that include a concept
        for concept_id in concepts:
            for concept in concepts.family(concept_id):
                broader[concept.id].append(f"@{concept_id}")
        self._keys: dict[str, set[str]] = {}  # of a name: of the concepts it may speak of
        self._names, self._guards = _Owners(list), _Owners(list)
        company = set[str]()
        for concept in concepts.values():
            for term in concept.names:
                self._keys.setdefault(term.needle, set()).update(broader[concept.id])
                self._names[term.needle].append((concept.id, term))
            for term in concept.guards:
                self._guards[term.needle].append((concept.id, term))
            company |= {leaf.needle for leaf in concept.company if isinstance(leaf, Term)}
        self.needles = (*self._keys, *(self._guards.keys() | company))

    @cached_property
    def _scanner(self) -> Scanner:
        return Scanner(self.needles)

    def present(self, text: bytes) -> set[str]:
        """The needles that a canonical text holds, and the keys of the concepts they name."""
        return self.with_keys(self._scanner.present(text))

    def with_keys(self, found: set[str]) -> set[str]:
        """Needles that a text holds, and the keys of the concepts they name."""
        return found.union(*(self._keys[name] for name in found & self._keys.keys()))

    def named(self, present: Iterable[str]) -> dict[str, list[Term]]:
        """Of needles that a text holds, those that are names, by concept."""
        return _by_concept(self._names, present)

    def guarded(self, present: Iterable[str]) -> dict[str, list[Term]]:
        """Of needles that a text holds, those that are guards, by concept."""
        return _by_concept(self._guards, present)


def _by_concept(owners: _Owners, present: Iterable[str]) -> dict[str, list[Term]]:
    terms: dict[str, list[Term]] = {}
    for needle in owners.keys() & present:
        for concept_id, term in owners[needle]:
            terms.setdefault(concept_id, []).append(term)
    return terms


NO_CONCEPTS = Concepts()


def nearest_id(concept_id: str, known: Iterable[str]) -> str | None:
    """What may be meant by an id that is unknown."""
    close = get_close_matches(concept_id, list(known), n=1, cutoff=0.65)
    return close[0] if close else None
