"""All rules, compiled, held against one story at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import attrgetter
from threading import Lock

from monitor.errors import RuleError
from monitor.match.concepts import NO_CONCEPTS, Concepts
from monitor.match.evaluate import Hit, Reading
from monitor.match.index import Entry, Index
from monitor.match.nodes import ConceptRef, Leaf, Node, leaves
from monitor.match.printing import label
from monitor.match.query import compile_query
from monitor.match.story import Story
from monitor.models import Article, Match, Rule, Span

MOST_SPANS = 1_000  # of one term in the title, and in the rest: enough for any reader
YOUNG = 64  # rules that were added one by one and share an index, built anew for each of them
MOST_INDEXES = 8  # then all rules are compiled into one


class RuleSet:
    """Rules ready to match; iterating gives them in their order.

    Rules can be added and removed while other threads match: each story is held against the rules
    of one moment.
    """

    def __init__(
        self, rules: Mapping[str, Rule | str], entries: Sequence[Entry], concepts: Concepts
    ) -> None:
        self.concepts = concepts
        self._rules = dict(rules)  # as they were given: a query alone takes a tenth of the room
        self._live = {entry.id: entry for entry in entries}
        self._next = len(self._live)
        self._indexes: tuple[Index, ...] = (Index(entries),)
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
        given: dict[str, Rule | str] = {}
        if isinstance(rules, Mapping):
            given.update(rules)
        else:
            for rule in rules:
                if rule.id in given:
                    raise RuleError(
                        f"rule {rule.id}: there are two rules of this id", rule.query, 0
                    )
                given[rule.id] = rule
        entries = [
            Entry.of(number, rule_id, _compiled(rule_id, _query(rule), concepts))
            for number, (rule_id, rule) in enumerate(given.items())
        ]
        return cls(given, entries, concepts)

    def __len__(self) -> int:
        return len(self._live)

    def __iter__(self) -> Iterator[Rule]:
        for entry in sorted(self._live.values(), key=lambda entry: entry.number):
            rule = self._rules[entry.id]
            yield Rule(id=entry.id, query=rule) if isinstance(rule, str) else rule

    # --- matching --------------------------------------------------------------------------------

    def match(self, article: Article, *, carried: int = 1) -> list[Match]:
        """The rules that the article meets, in rule order, each with the places that count.

        ``carried`` is how many sites carry the story. A place counts where its term helps the rule
        to hold: terms under NOT give none, nor does a side of OR that does not hold.
        """
        story = Story(article, carried)
        reading = Reading(story, self.concepts)
        found = [
            entry for entry in self._candidates(story) if entry.sure or reading.holds(entry.root)
        ]
        found.sort(key=lambda entry: entry.number)
        return [Match(entry.id, partial(spans, reading, entry.root)) for entry in found]

    def _candidates(self, story: Story) -> list[Entry]:
        with self._reading:
            told = self._scanned(story.body)
            present = told | self._scanned(story.beside) if story.beside else set(told)
            story.told, story.present = told, present
            for index in self._indexes:
                present |= index.unspoken(story)
            live = self._live
            return [
                entry
                for index in self._indexes
                for entry in index.candidates(present, told)
                if live.get(entry.id) is entry
            ]

    def _scanned(self, text: str) -> set[str]:
        """The needles that a canonical text holds, and the keys of concepts."""
        encoded = text.encode()
        found = self.concepts.lexicon.present(encoded) if self.concepts else set()
        for index in self._indexes:
            found |= index.scanner.present(encoded)
        return found

    # --- one rule more or less -------------------------------------------------------------------

    def add(self, rule: Rule) -> None:
        """Match ``rule`` too, from the next story on, in the place of a rule of its id.

        Raises:
            RuleError: as ``compile`` does; everything stays as it was.
        """
        root = _compiled(rule.id, rule.query, self.concepts)
        with self._writing:
            before = self._live.get(rule.id)
            number = self._next if before is None else before.number
            self._next += before is None
            entry = Entry.of(number, rule.id, root)
            *older, last = self._indexes
            young = list(last.entries) if older and len(last.entries) < YOUNG else []
            indexes = (*(older if young else self._indexes), Index([*young, entry]))
            if len(indexes) > MOST_INDEXES:
                others = (each for each in self._live.values() if each.id != rule.id)
                indexes = (Index([*others, entry]),)
            with self._reading:
                self._rules[rule.id], self._live[rule.id] = rule, entry
                self._indexes = indexes

    def remove(self, rule_id: str) -> None:
        """Match a rule no more, from the next story on. Raises KeyError where there is none."""
        with self._writing, self._reading:
            del self._live[rule_id], self._rules[rule_id]


def _query(rule: Rule | str) -> str:
    return rule if isinstance(rule, str) else rule.query


def _compiled(rule_id: str, query: str, concepts: Concepts) -> Node:
    try:
        root = compile_query(query)
        check_concepts(root, query, concepts)
    except RuleError as error:
        message = f"rule {rule_id}: {error.message}"
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
    hits: dict[tuple[int, int], Hit] = {}
    for hit in reading.evidence(root):
        hits.setdefault((hit.start, hit.end), hit)
    kept = sorted(hits.values(), key=attrgetter("start", "end"))
    if len(kept) > MOST_SPANS:
        kept = list(_first_of_each(kept, reading.story.title_end))
    return tuple(
        reading.story.span((hit.start, hit.end), label(hit.leaf), hit.concept) for hit in kept
    )


def _first_of_each(hits: Iterable[Hit], title: int) -> Iterator[Hit]:
    count: Counter[tuple[Leaf, bool]] = Counter()
    for hit in hits:
        kind = (hit.leaf, hit.start < title)
        count[kind] += 1
        if count[kind] <= MOST_SPANS:
            yield hit
