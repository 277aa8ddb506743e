"""Concepts: one thing under all its names, in all languages, with guards against its homonyms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cache, cached_property

from monitor.errors import RuleError
from monitor.match.lexicon import Concept, Lexicon
from monitor.match.nodes import And, ConceptRef, Named, Node, Not, Or, leaves


class Concepts(Mapping[str, Concept]):
    """All concepts by id. Each ``narrower`` id must be among them, and each that a query names; no
    query names another."""

    def __init__(self, concepts: Iterable[Concept] = ()) -> None:
        self._by_id = {concept.id: concept for concept in concepts}
        self.family = cache(self._family)

    def __getitem__(self, concept_id: str) -> Concept:
        return self._by_id[concept_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def _family(self, concept_id: str) -> dict[str, int]:
        """The ids of the concept and of all that are narrower, each with its place among them."""
        found: dict[str, int] = {}
        waiting = [concept_id]
        while waiting:
            each = waiting.pop()
            if each not in found:
                found[each] = len(found)
                waiting += self._by_id[each].narrower
        return found

    def in_place(self, root: Node, query: str) -> Node:
        """The tree of ``query``, with the trees of those concepts that are queries.

        Raises:
            RuleError: it names a concept that there is not, or looks for the places of one that is
                a query.
        """
        named = [leaf for leaf in leaves(root) if isinstance(leaf, ConceptRef)]
        for leaf in named:
            if leaf.id not in self:
                raise RuleError(self.unknown(leaf.id), query, leaf.position)
        is_plain = all(self[leaf.id].query is None for leaf in named)
        return root if is_plain else self._in_place(root, query)

    def _in_place(self, node: Node, query: str) -> Node:
        if isinstance(node, ConceptRef) and node.field is None:
            root = self[node.id].query
            return node if root is None else Named(node.id, root, node.position)
        if isinstance(node, And | Or):
            return type(node)(tuple(self._in_place(child, query) for child in node.children))
        if isinstance(node, Not):
            return replace(node, child=self._in_place(node.child, query))
        for leaf in leaves(node):
            if isinstance(leaf, ConceptRef) and self[leaf.id].query is not None:
                message = (
                    f"@{leaf.id} is a query, which has no places: it stands in no field, NEAR, both"
                    " or atleast, but beside AND, OR and NOT"
                )
                raise RuleError(message, query, leaf.position)
        return node

    @cached_property
    def lexicon(self) -> Lexicon:
        return Lexicon(self, self.family)

    def unknown(self, concept_id: str) -> str:
        """What is wrong with a reference to ``concept_id``, and what would be right."""
        if not self._by_id:
            return f"there is no concept @{concept_id}: no concepts are loaded (config/concepts/)"
        close = nearest_id(concept_id, self._by_id)
        hint = f"did you mean @{close}" if close else "`monitor concept list` shows them all"
        return f"there is no concept @{concept_id} ({hint})"


NO_CONCEPTS = Concepts()


def nearest_id(concept_id: str, known: Iterable[str]) -> str | None:
    """What may be meant by an id that is unknown."""
    close = get_close_matches(concept_id, list(known), n=1, cutoff=0.65)
    return close[0] if close else None
