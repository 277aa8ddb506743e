"""What only shows of a query under a name beside other keys and other concepts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from monitor.concepts.entry import Entry
from monitor.concepts.pack import LANGUAGES
from monitor.errors import Problem, RuleError
from monitor.match import Concept, Concepts, compile_query
from monitor.match.nodes import ConceptRef, leaves
from monitor.problems import query_problem
from monitor.queries import where

_OF_A_THING = (*LANGUAGES, "not_when", "only_with", "narrower", "offices")


def check_queries(entries: Mapping[str, Entry], known: Collection[str] | None) -> Iterator[Problem]:
    """Mistakes of queries under a name, and of what takes these for things with names.

    ``known`` are the ids of all concepts, where these are known.
    """
    queries = {name: query for name, entry in entries.items() if (query := entry.said.query)}
    for name in queries:
        for key in _OF_A_THING:
            if getattr(entries[name].said, key):
                message = "does not go with query: take one of the two away"
                yield entries[name].problem((key,), message)
    for entry in entries.values():
        for other, place in entry.things:
            if other in queries:
                yield entry.problem(place, f"{other} is a query, which has no names: take it away")
    for name, query in queries.items():
        if error := _mistake(query, queries, known):
            path, document = ("concepts", name, "query"), entries[name].document
            yield query_problem(path, where(error), document)


def _mistake(
    query: str, queries: Collection[str], known: Collection[str] | None
) -> RuleError | None:
    """The first concept that is not there, or that is a query, too."""
    for leaf in leaves(compile_query(query)):
        if not isinstance(leaf, ConceptRef):
            continue
        if leaf.id in queries:
            message = f"@{leaf.id} is a query, too: write here what it says"
            return RuleError(message, query, leaf.position)
        if known is not None and leaf.id not in known:
            message = Concepts(map(Concept, known)).unknown(leaf.id)
            return RuleError(message, query, leaf.position)
    return None
