"""One concept as its pack writes it, with what is looked for in texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from monitor.concepts.pack import LANGUAGES, ConceptSettings, PackFile
from monitor.errors import Problem
from monitor.match.nodes import ConceptRef, Leaf, Term
from monitor.match.written import is_reference, names
from monitor.yamlfile import Document, Path


class Written(NamedTuple):
    """A name, a guard or a companion: as it is written, where, and what is looked for."""

    text: str
    key: Path  # below the concept's id: ("en", 0)
    term: Term


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept and its place."""

    id: str
    document: Document
    said: ConceptSettings
    names: tuple[Written, ...]
    guards: tuple[Written, ...]
    companions: tuple[Written, ...]  # the words of only_with
    references: tuple[tuple[str, Path], ...]  # the concepts of only_with

    @property
    def company(self) -> tuple[Leaf, ...]:
        words = dict.fromkeys(word.term for word in self.companions)
        return (*words, *(ConceptRef(each) for each, _ in self.references))

    @property
    def things(self) -> Iterator[tuple[str, Path]]:
        """The concepts whose names it takes for its own, or looks for beside them; and where."""
        for index, name in enumerate(self.said.narrower):
            yield name, ("narrower", index)
        yield from self.references

    @property
    def line(self) -> int | None:
        """Of its id in its file."""
        return self.document.lines.get(("concepts", self.id))

    def problem(self, key: Path, message: str) -> Problem:
        return self.document.problem(("concepts", self.id, *key), message)


def entries_of(document: Document, pack: PackFile) -> Iterator[Entry]:
    """The concepts of one pack. All of its texts are folded at once, which is much faster."""
    places = [
        (name, key, text)
        for name, said in pack.concepts.items()
        for key, text in _texts(said)
        if not (key[0] == "only_with" and is_reference(text))
    ]
    terms = names(text for _, _, text in places)
    written: dict[str, list[Written]] = {}
    for (name, key, text), term in zip(places, terms, strict=True):
        written.setdefault(name, []).append(Written(text, key, term))
    for name, said in pack.concepts.items():
        texts = written.get(name, [])
        yield Entry(
            name,
            document,
            said,
            names=tuple(each for each in texts if each.key[0] in LANGUAGES),
            guards=tuple(each for each in texts if each.key[0] == "not_when"),
            companions=tuple(each for each in texts if each.key[0] == "only_with"),
            references=tuple(
                (text[1:], ("only_with", index))
                for index, text in enumerate(said.only_with)
                if is_reference(text)
            ),
        )


def _texts(said: ConceptSettings) -> Iterator[tuple[Path, str]]:
    for code, namings in said.names.items():
        for index, naming in enumerate(namings):
            yield (code, index), naming.name
    for key, texts in (("not_when", said.not_when), ("only_with", said.only_with)):
        for index, text in enumerate(texts):
            yield (key, index), text
