"""All packs together: the concepts for matching, and what else is known of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from monitor.concepts.checks import check_entry, check_links
from monitor.concepts.doubts import alone, doubts
from monitor.concepts.entry import Entry, entries_of
from monitor.concepts.pack import PackFile
from monitor.concepts.queries import check_queries
from monitor.errors import Problem
from monitor.match import Concept, Concepts, compile_query
from monitor.problems import explain, type_of
from monitor.yamlfile import Document


@dataclass(frozen=True)
class Library:
    """The concepts of all packs. ``entries`` are as the packs write them, by id."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    concepts: Concepts = field(default_factory=Concepts)

    @cached_property
    def warnings(self) -> tuple[Problem, ...]:
        """What works, but may not be meant; to look for it takes a quarter of the time to load."""
        found = [doubt for entry in self.entries.values() for doubt in doubts(entry)]
        return (*found, *alone(self.entries))

    def broader(self, concept_id: str) -> list[str]:
        """The concepts of which this one is part, next above it."""
        return [entry.id for entry in self.entries.values() if concept_id in entry.said.narrower]

    def above(self, concept_id: str) -> list[str]:
        """All that it is part of, however far above, the nearest first."""
        found = dict.fromkeys(self.broader(concept_id))
        for each in (waiting := list(found)):
            fresh = [above for above in self.broader(each) if above not in found]
            found |= dict.fromkeys(fresh)
            waiting += fresh
        return list(found)


NO_LIBRARY = Library()


def read_packs(
    documents: Sequence[Document], *, are_all: bool = True
) -> tuple[Library, list[Problem]]:
    """The concepts that are in order, and what is wrong with the others, file by file.

    Unless the documents ``are_all`` packs, no concept is called unknown.
    """
    problems: list[Problem] = []
    entries: dict[str, Entry] = {}
    known = ids(documents) if are_all else None
    for document in documents:
        found, pack = _read(document)
        problems += found
        for entry in entries_of(document, pack) if pack else ():
            first = entries.setdefault(entry.id, entry)
            if first is not entry:
                message = f"stands in {first.document.file} too: keep one of the two"
                problems.append(entry.problem((), message))
    missed = Counter[str]()
    for entry in entries.values():
        problems += check_entry(entry, known, missed)
    problems += check_links(entries)
    problems += check_queries(entries, known)
    return Library(entries, Concepts(_concepts(entries.values()))), problems


def ids(documents: Iterable[Document]) -> Collection[str]:
    """Of all concepts that the packs write, in order or not."""
    found = set[str]()
    for document in documents:
        concepts = document.data.get("concepts") if isinstance(document.data, dict) else None
        if isinstance(concepts, dict):
            found |= {name for name in concepts if isinstance(name, str)}
    return found


def _read(document: Document) -> tuple[list[Problem], PackFile | None]:
    problems, data = list(document.problems), document.data
    if not isinstance(data, dict):
        message = f"{type_of(data)}, allowed: keys with values, `concepts` with some below it"
        return [*problems, document.problem((), message)], None
    try:
        pack = PackFile.model_validate(_without_empty(data))
    except ValidationError as error:
        problems += explain(error, PackFile, document)
        return problems, PackFile.model_validate({"concepts": _in_order(data, error)})
    return problems, pack


def _in_order(data: Mapping[str, Any], error: ValidationError) -> dict[str, Any]:
    """The concepts of a pack in which nothing is wrong."""
    concepts = data.get("concepts")
    if not isinstance(concepts, dict):
        return {}
    places = [details["loc"] for details in error.errors()]
    wrong = {str(place[1]) for place in places if len(place) > 1 and place[0] == "concepts"}
    return {name: said for name, said in concepts.items() if str(name) not in wrong}


def _without_empty(data: Mapping[str, Any]) -> dict[str, Any]:
    """A section whose lines are all commented out says nothing."""
    return {key: value for key, value in data.items() if value is not None}


def _concepts(entries: Iterable[Entry]) -> Iterator[Concept]:
    for entry in entries:
        yield Concept(
            id=entry.id,
            about=entry.said.about,
            kind=entry.said.kind,
            names=tuple(dict.fromkeys(name.term for name in entry.names)),
            guards=tuple(dict.fromkeys(guard.term for guard in entry.guards)),
            company=entry.company,
            narrower=entry.said.narrower,
            query=compile_query(entry.said.query) if entry.said.query else None,
        )
