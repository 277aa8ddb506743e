"""Which rules can hold of a story at all: found by one scan of its text.

A rule of one term is a candidate where that term stands. Any other hangs on its anchor, a set of
needles one of which must be there: of an AND the rarest child, of an OR all children, of a NOT
nothing. It stays a candidate while each of its needs is met. The rest is left to ``evaluate.py``:
a bug here would be an alert missed in silence, which is why ``tests/match/test_oracle.py`` holds
the engine to an evaluator without any of this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from monitor.match.nodes import (
    And,
    AtLeast,
    ConceptRef,
    Leaf,
    Named,
    Near,
    Node,
    Or,
    Regex,
    Term,
    Within,
    leaves,
)
from monitor.match.scanner import Patterns, Scanner
from monitor.match.story import Story

Key = str  # a needle; "@id" of a concept; "~stem"; "/pattern"
Need = Key | frozenset[Key]  # this, or one of these

WATCHED = 64  # stories in a row whose needles are counted at first; later each 16th
WASTE = 64  # candidates in vain that a key may bring before its rules are hung elsewhere
MOVED = 64  # rules hung elsewhere at once, so that no story waits for it


class Entry(NamedTuple):
    """A rule in an index."""

    number: float  # its place among all rules
    id: str
    root: Node
    needs: tuple[Need, ...]
    sure: bool  # it holds where title and paragraphs meet its needs

    @classmethod
    def of(cls, number: float, rule_id: str, root: Node) -> Entry:
        return cls(number, rule_id, root, tuple(dict.fromkeys(needs(root))), _is_sure(root))


class Index:
    """Some rules, compiled once. Its scanner finds ``others``, too, and their keys."""

    def __init__(self, entries: Sequence[Entry], others: Mapping[str, Collection[Key]]) -> None:
        self.entries = entries
        found = [leaf for entry in self.entries for leaf in leaves(entry.root)]
        terms = [leaf for leaf in found if isinstance(leaf, Term)]
        needles = [term.needle for term in terms if term.form != "stem"]
        self.scanner = Scanner([*others, *needles], others)
        self._stems = {term.needle for term in terms if term.form == "stem"}
        self._patterns = Patterns(leaf.pattern for leaf in found if isinstance(leaf, Regex))
        self._anchored: dict[Key, list[Entry]] = {}
        self._always: list[Entry] = []
        self._seen = 0
        self._frequency: Counter[Key] = Counter()
        self._waste: Counter[Key] = Counter()
        self._allowed: dict[Key, int] = {}  # waste, of keys whose rules have nowhere else to go
        for entry in self.entries:
            self._hang(entry)

    def unspoken(self, story: Story) -> set[Key]:
        """The keys of patterns and stems that a story holds: no scanner finds these."""
        present: set[Key] = set()
        if self._patterns.any:
            present |= self._patterns.present(story.printed)
        if self._stems:
            present |= {f"~{stem}" for stem in self._stems.intersection(story.stems)}
        return present

    def candidates(self, present: set[Key], told: set[Key]) -> Iterator[Entry]:
        """The rules that can hold, each once; ``told`` is what title and paragraphs hold."""
        self._watch(present)
        taken: set[float] = set()
        for key in self._anchored.keys() & present:
            in_vain = 0
            for entry in self._anchored[key]:
                if entry.number in taken:
                    continue
                if _met(entry.needs, told if entry.sure else present):
                    taken.add(entry.number)
                    yield entry
                else:
                    in_vain += 1
            if in_vain:
                self._waste[key] += in_vain
                if self._waste[key] > self._allowed.get(key, WASTE):
                    self._hang_elsewhere(key)
        yield from self._always

    # --- anchors ---------------------------------------------------------------------------------

    def _hang(self, entry: Entry) -> None:
        """On the rarest of its needs."""
        if entry.needs:
            self._hang_on(min(entry.needs, key=self._cost), entry)
        else:
            self._always.append(entry)

    def _hang_on(self, need: Need, entry: Entry) -> None:
        for key in _keys(need):
            self._anchored.setdefault(key, []).append(entry)

    def _cost(self, need: Need) -> float:
        return sum(map(self._expected, _keys(need)))

    def _expected(self, key: Key) -> float:
        """How many of a hundred stories it stands in: as counted; before that, longer is rarer."""
        seen = min(self._seen, WATCHED) + max(0, self._seen - WATCHED) // 16
        return (_guess(key) + 100 * self._frequency[key]) / (1 + seen)

    def _watch(self, present: set[Key]) -> None:
        if self._seen < WATCHED or self._seen % 16 == 0:
            self._frequency.update(present)
        self._seen += 1

    def _hang_elsewhere(self, key: Key) -> None:
        """Hang some of a key's rules on what has proved much rarer since."""
        self._waste[key] = 0
        entries, stay, go = self._anchored[key], list[Entry](), list[tuple[Need, Entry]]()
        limit, cost = self._expected(key) / 2, cache(self._cost)  # many rules share a need
        for entry in entries[:MOVED]:
            rarest = min(entry.needs, key=cost)
            if cost(rarest) < limit:
                go.append((rarest, entry))
            else:
                stay.append(entry)
        self._anchored[key] = entries[MOVED:] + stay  # the next time, others have their turn
        if not go:
            self._allowed[key] = 2 * self._allowed.get(key, WASTE)
        for rarest, entry in go:
            self._take_down(entry)
            self._hang_on(rarest, entry)

    def _take_down(self, entry: Entry) -> None:
        for need in entry.needs:
            for key in _keys(need):
                if entry in (entries := self._anchored.get(key, ())):
                    self._anchored[key] = [each for each in entries if each is not entry]


def _is_sure(node: Node) -> bool:
    """Whether the scanner's word is enough: whole words of spaced scripts, all of them there."""
    if isinstance(node, And):
        return all(map(_is_sure, node.children))
    if not isinstance(node, Term) or node.form != "word" or node.field is not None:
        return False
    return node.needle[0] == node.needle[-1] == " "


def _met(needs: tuple[Need, ...], present: set[Key]) -> bool:
    for need in needs:
        if need not in present if isinstance(need, str) else need.isdisjoint(present):
            return False
    return True


def key_of(leaf: Leaf) -> Key:
    if isinstance(leaf, ConceptRef):
        return f"@{leaf.id}"
    if isinstance(leaf, Regex):
        return f"/{leaf.pattern}"
    return f"~{leaf.needle}" if leaf.form == "stem" else leaf.needle


def needs(node: Node) -> Iterator[Need]:
    """What must be present for a node to hold, as far as keys can tell."""
    if isinstance(node, Leaf):
        yield key_of(node)
    elif isinstance(node, And | Near | Within):
        for child in node.children:
            yield from needs(child)
    elif isinstance(node, Named | AtLeast):
        yield from needs(node.child)
    elif isinstance(node, Or):
        rarest = [min(needs(child), key=_guess, default=None) for child in node.children]
        if None not in rarest:
            yield frozenset().union(*(_keys(need) for need in rarest if need))


def _keys(need: Need) -> frozenset[Key]:
    return frozenset((need,)) if isinstance(need, str) else need


def _guess(need: Need) -> float:
    """Longer is rarer, as long as nothing was counted."""
    return sum(50 if key[0] == "@" else 100 / (2 + len(key)) for key in _keys(need))
