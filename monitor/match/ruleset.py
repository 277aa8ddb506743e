"""All rules, compiled, held against one story at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock
from typing import NamedTuple

from monitor.errors import RuleError
from monitor.match.concepts import NO_CONCEPTS, Concepts
from monitor.match.evaluate import Reading
from monitor.match.index import Entry, Index
from monitor.match.nodes import ConceptRef, Leaf, Node, leaves
from monitor.match.printing import label
from monitor.match.query import compile_query
from monitor.match.story import Story
from monitor.models import Article, Match, Rule, Span

MOST_SPANS = 1_000  # of one term in the title, and in the rest: enough for any reader
YOUNG = 64  # rules that were added one by one and share an index, built anew for each of them
MOST_INDEXES = 8  # then all rules are compiled into one


class _Live(NamedTuple):
    """A rule that is in force."""

    number: int
    rule: Rule
    root: Node


class RuleSet:
    """Rules ready to match; iterating gives them in their order.

    Rules can be added and removed while other threads match: each story is held against the rules
    of one moment.
    """

    def __init__(self, rules: Iterable[tuple[Rule, Node]], concepts: Concepts) -> None:
        self.concepts = concepts
        self._live = {
            rule.id: _Live(number, rule, root) for number, (rule, root) in enumerate(rules)
        }
        self._next = len(self._live)
        self._indexes: tuple[Index, ...] = (self._compiled(),)
        self._reading, self._writing = Lock(), Lock()

    @classmethod
    def compile(
        cls, rules: Mapping[str, str] | Iterable[Rule], concepts: Concepts = NO_CONCEPTS
    ) -> RuleSet:
        """From rules, or from a mapping of ids to queries.

        Raises:
            RuleError: a query is wrong, names no concept of ``concepts``, or two rules have one id;
                the message names the rule.
        """
        if isinstance(rules, Mapping):
            rules = [Rule(id=name, query=query) for name, query in rules.items()]
        compiled: dict[str, tuple[Rule, Node]] = {}
        for rule in rules:
            if rule.id in compiled:
                raise RuleError(f"rule {rule.id}: there are two rules of this id", rule.query, 0)
            compiled[rule.id] = (rule, _compile(rule, concepts))
        return cls(compiled.values(), concepts)

    def __len__(self) -> int:
        return len(self._live)

    def __iter__(self) -> Iterator[Rule]:
        return (live.rule for live in sorted(self._live.values(), key=lambda live: live.number))

    # --- matching --------------------------------------------------------------------------------

    def match(self, article: Article, *, carried: int = 1) -> list[Match]:
        """The rules that the article meets, in rule order, each with the places that count.

        ``carried`` is how many sites carry the story. A place counts where its term helps the rule
        to hold: terms under NOT give none, nor does a side of OR that does not hold.
        """
        story = Story(article, carried)
        reading = Reading(story, self.concepts)
        found = [entry for entry in self._candidates(story) if reading.holds(entry.root)]
        found.sort(key=lambda entry: entry.number)
        return [Match(entry.id, spans(reading, entry.root)) for entry in found]

    def _candidates(self, story: Story) -> list[Entry]:
        text = story.text.encode()
        with self._reading:
            present = self.concepts.lexicon.present(text) if self.concepts else set()
            for index in self._indexes:
                present |= index.present(text, story)
            story.present = present
            live = self._live
            return [
                entry
                for index in self._indexes
                for entry in index.candidates(present)
                if (now := live.get(entry.id)) is not None and now.root is entry.root
            ]

    # --- one rule more or less -------------------------------------------------------------------

    def add(self, rule: Rule) -> None:
        """Match ``rule`` too, from the next story on, in the place of a rule of its id.

        Raises:
            RuleError: as ``compile`` does; everything stays as it was.
        """
        root = _compile(rule, self.concepts)
        with self._writing:
            before = self._live.get(rule.id)
            number = self._next if before is None else before.number
            self._next += before is None
            *older, last = self._indexes
            young = list(last.entries) if older and len(last.entries) < YOUNG else []
            entry = Entry.of(number, rule.id, root)
            indexes = (*(older if young else self._indexes), Index([*young, entry]))
            with self._reading:
                self._live[rule.id] = _Live(number, rule, root)
                self._indexes = indexes
            if len(indexes) > MOST_INDEXES:
                self._indexes = (self._compiled(),)

    def remove(self, rule_id: str) -> None:
        """Match a rule no more, from the next story on. Raises KeyError where there is none."""
        with self._writing, self._reading:
            del self._live[rule_id]

    def _compiled(self) -> Index:
        """All that is in force in one index."""
        return Index([Entry.of(live.number, name, live.root) for name, live in self._live.items()])


def _compile(rule: Rule, concepts: Concepts) -> Node:
    try:
        root = compile_query(rule.query)
        check_concepts(root, rule.query, concepts)
    except RuleError as error:
        message = f"rule {rule.id}: {error.message}"
        raise RuleError(message, error.query, error.position) from error
    return root


def check_concepts(root: Node, query: str, concepts: Concepts) -> None:
    """Raises RuleError where a query names a concept that there is not."""
    for leaf in leaves(root):
        if isinstance(leaf, ConceptRef) and leaf.id not in concepts:
            raise RuleError(concepts.unknown(leaf.id), query, leaf.position)


def spans(reading: Reading, root: Node) -> tuple[Span, ...]:
    """The places that make a query hold, in reading order."""
    # A term that a rule writes twice marks its places once, under its first spelling.
    places: dict[tuple[int, int], Span] = {}
    count: Counter[tuple[Leaf, bool]] = Counter()
    title = reading.story.title_end
    for hit in reading.evidence(root):
        kind = (hit.leaf, hit.start < title)
        if (hit.start, hit.end) not in places and count[kind] < MOST_SPANS:
            count[kind] += 1
            span = reading.story.span((hit.start, hit.end), label(hit.leaf), hit.concept)
            places[hit.start, hit.end] = span
    return tuple(places[place] for place in sorted(places))
