"""What a concept is, and the names of all of them, found in one scan of a text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from monitor.match.nodes import Leaf, Node, Term
from monitor.match.scanner import Scanner


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing. ``guards`` are phrases inside which a name means something else; where
    ``company`` is given, the story must hold one of it beside the name. Or a ``query`` under a
    name, which has no names of its own."""

    id: str
    about: str = ""
    kind: str = ""
    names: tuple[Term, ...] = ()
    guards: tuple[Term, ...] = ()
    company: tuple[Leaf, ...] = ()
    narrower: tuple[str, ...] = ()
    query: Node | None = None


_Owners: TypeAlias = defaultdict[str, list[tuple[str, Term]]]  # of a needle: concept, term


class Lexicon:
    """The names and guards of all concepts, found in one scan of a text."""

    def __init__(
        self, concepts: Mapping[str, Concept], family: Callable[[str], Iterable[str]]
    ) -> None:
        broader: dict[str, list[str]] = defaultdict(list)  # the keys of all that include a concept
        for concept_id in concepts:
            for narrower in family(concept_id):
                broader[narrower].append(f"@{concept_id}")
        # Names, guards and company, each with the keys of the concepts that it may speak of.
        self.needles: dict[str, set[str]] = {}
        self._names, self._guards = _Owners(list), _Owners(list)
        for concept in concepts.values():
            for term in concept.names:
                self.needles.setdefault(term.needle, set()).update(broader[concept.id])
                self._names[term.needle].append((concept.id, term))
            for term in concept.guards:
                self.needles.setdefault(term.needle, set())
                self._guards[term.needle].append((concept.id, term))
            for leaf in concept.company:
                if isinstance(leaf, Term):
                    self.needles.setdefault(leaf.needle, set())

    @cached_property
    def _scanner(self) -> Scanner:
        return Scanner(self.needles, self.needles)

    def present(self, text: bytes) -> set[str]:
        """The needles that a canonical text holds, and the keys of the concepts they name."""
        return self._scanner.present(text)

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
