"""All rules, compiled, held against one story at a time."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import partial
from itertools import islice
from threading import Lock

from monitor.errors import RuleError
from monitor.match.concepts import NO_CONCEPTS, Concepts
from monitor.match.evaluate import Reading
from monitor.match.index import Entry, Index
from monitor.match.naming import Hit
from monitor.match.nodes import Leaf, Node, Term
from monitor.match.numbers import filled
from monitor.match.printing import label
from monitor.match.query import compile_query
from monitor.match.scanner import NO_KEYS
from monitor.match.story import Story
from monitor.models import Article, Match, Rule, Span

MOST_SPANS = 1_000  # of one term in the title, and in the rest: enough for any reader
YOUNG = 64  # rules that were added one by one and share an index, built anew for each of them
MOST_INDEXES = 8  # then those of rules that were added become one
MOST_FRESH = 64  # queries that are new at once: with more, all rules are compiled


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
        self._next = float(len(entries))
        self._indexes: tuple[Index, ...] = (self._first(entries),)
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
        given: Mapping[str, Rule | str]
        given = rules if isinstance(rules, Mapping) else _by_id(rules)
        entries = [
            Entry.of(number, rule_id, _compiled(rule_id, _query(rule), concepts))
            for number, (rule_id, rule) in enumerate(given.items())
        ]
        return cls(given, entries, concepts)

    def __len__(self) -> int:
        return len(self._live)

    def __iter__(self) -> Iterator[Rule]:
        for rule_id, rule in self._rules.items():
            yield Rule(id=rule_id, query=rule) if isinstance(rule, str) else rule

    def __getitem__(self, rule_id: str) -> Rule:
        rule = self._rules[rule_id]
        return Rule(id=rule_id, query=rule) if isinstance(rule, str) else rule

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
        return set[str]().union(*(index.scanner.present(encoded) for index in self._indexes))

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
            self._put({**self._rules, rule.id: rule}, [Entry.of(number, rule.id, root)])

    def remove(self, rule_id: str) -> None:
        """Match a rule no more, from the next story on. Raises KeyError where there is none."""
        with self._writing:
            live, rules = dict(self._live), dict(self._rules)
            del live[rule_id], rules[rule_id]
            with self._reading:
                self._live, self._rules = live, rules

    def changed(self, rules: Iterable[Rule]) -> RuleSet:
        """The set of ``rules``, in their order; this one stays as it is.

        Only what is new is compiled, unless that is much.

        Raises:
            RuleError: as ``compile`` does.
        """
        wanted = _by_id(rules)
        before, after = list(self._rules), list(wanted.values())
        head = _alike(self._rules.items(), after)
        most = min(len(before), len(after)) - head
        tail = _alike(islice(reversed(self._rules.items()), most), reversed(after))
        middle = after[head : len(after) - tail]
        kept = self._kept(middle)
        numbers = None
        if kept.count(None) <= MOST_FRESH:
            end = len(before) - tail
            left, right = before[max(head - 1, 0) : head], before[end : end + 1]
            around = [[self._live[rule_id].number for rule_id in side] for side in (left, right)]
            numbers = filled([*around[0], *kept, *around[1]])
        if numbers is None:
            return RuleSet.compile(after, self.concepts)
        entries = [
            Entry.of(number, rule.id, _compiled(rule.id, rule.query, self.concepts))
            for rule, number, place in zip(middle, numbers[len(left) :], kept, strict=False)
            if place is None
        ]
        gone = [name for name in before[head : len(before) - tail] if name not in wanted]
        return copy(self)._turned_into(wanted, entries, gone)  # noqa: SLF001 - a RuleSet, too

    def _kept(self, wanted: Iterable[Rule]) -> list[float | None]:
        """The numbers of the rules that stay what and where they are."""
        kept: list[float | None] = []
        last = -math.inf
        for rule in wanted:
            before = self._rules.get(rule.id)
            if before is None or _query(before) != rule.query:
                kept.append(None)
            elif (number := self._live[rule.id].number) > last:
                kept.append(number)
                last = number
            else:
                kept.append(None)
        return kept

    def _turned_into(
        self, wanted: Mapping[str, Rule], entries: Sequence[Entry], gone: Iterable[str]
    ) -> RuleSet:
        """This copy, with other rules. It shares indexes with what it is a copy of, and the lock
        under which these count what they see."""
        self._writing, live = Lock(), dict(self._live)
        for rule_id in gone:
            del live[rule_id]
        self._live = live
        self._put(dict(wanted), entries)
        return self

    def _put(self, rules: dict[str, Rule | str], entries: Sequence[Entry]) -> None:
        """Match ``entries`` too, each in the place of one of its id."""
        live = self._live | {entry.id: entry for entry in entries}
        indexes = self._indexes_with(entries, live) if entries else self._indexes
        with self._reading:
            self._rules, self._live, self._indexes = rules, live, indexes
            self._next = max(self._next, *(entry.number + 1 for entry in entries), 0)

    def _first(self, entries: Sequence[Entry]) -> Index:
        """The index of most rules finds the names of concepts in the same scan."""
        return Index(entries, self.concepts.lexicon.needles if self.concepts else NO_KEYS)

    def _indexes_with(
        self, entries: Sequence[Entry], live: Mapping[str, Entry]
    ) -> tuple[Index, ...]:
        first, *others = self._indexes
        if others and len(others[-1].entries) < YOUNG:
            entries = [*_alive([others.pop()], live), *entries]
        if len(others) + 2 > MOST_INDEXES:
            entries = [*_alive(others, live), *entries]
            others = []
        if 2 * len(entries) > len(first.entries):
            return (self._first(list(live.values())),)
        return (first, *others, Index(entries, NO_KEYS))


def _alive(indexes: Iterable[Index], live: Mapping[str, Entry]) -> Iterator[Entry]:
    """Two of one number in an index would hide each other: of a rule, what it is now."""
    for index in indexes:
        yield from (entry for entry in index.entries if live.get(entry.id) is entry)


def _alike(before: Iterable[tuple[str, Rule | str]], after: Iterable[Rule]) -> int:
    """How many rules at the beginning have the same ids and queries; quick for very many."""
    number = 0
    for (rule_id, was), rule in zip(before, after, strict=False):
        if rule.id != rule_id or rule.query != (was if isinstance(was, str) else was.query):
            break
        number += 1
    return number


def _by_id(rules: Iterable[Rule]) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in found:
            raise RuleError(f"rule {rule.id}: there are two rules of this id", rule.query, 0)
        found[rule.id] = rule
    return found


def _query(rule: Rule | str) -> str:
    return rule if isinstance(rule, str) else rule.query


def _compiled(rule_id: str, query: str, concepts: Concepts) -> Node:
    try:
        return compile_query(query, concepts)
    except RuleError as error:
        message = f"rule {rule_id}: {error.message}"
        raise RuleError(message, error.query, error.position) from error


def spans(reading: Reading, root: Node) -> tuple[Span, ...]:
    """The places that make a query hold, in reading order."""
    story = reading.story
    if isinstance(root, Term) and len(places := story.places(root)) <= MOST_SPANS:
        name = label(root)
        return tuple([story.span(place, name) for place in places])
    kept = _each_once(reading.evidence(root))
    if len(kept) > MOST_SPANS:
        kept = list(_first_of_each(kept, story.title_end))
    return tuple(map(reading.span, kept))


def _each_once(found: Iterable[Hit]) -> list[Hit]:
    """A term that a rule writes twice marks its places once, under its first spelling."""
    hits: dict[tuple[int, ...], Hit] = {}
    for hit in found:
        hits.setdefault(hit.place, hit)
    return [hits[place] for place in sorted(hits)] if len(hits) > 1 else list(hits.values())


def _first_of_each(hits: Iterable[Hit], title: int) -> Iterator[Hit]:
    count: Counter[tuple[Leaf, bool]] = Counter()
    for hit in hits:
        kind = (hit.leaf, hit.start < title)
        count[kind] += 1
        if count[kind] <= MOST_SPANS:
            yield hit
