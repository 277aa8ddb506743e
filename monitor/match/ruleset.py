"""All rules, compiled, held against one story at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from monitor.errors import RuleError
from monitor.match.query import And, Node, Not, Term, compile_query
from monitor.match.story import Story
from monitor.models import Article, Match, Rule, Span


class RuleSet:
    """Rules ready to match; iterating gives them in their order."""

    def __init__(self, compiled: Iterable[tuple[Rule, Node]]) -> None:
        self._compiled = tuple(compiled)

    @classmethod
    def compile(cls, rules: Mapping[str, str] | Iterable[Rule]) -> RuleSet:
        """From rules, or from a mapping of ids to queries.

        Raises:
            RuleError: a query is wrong, or two rules have one id; the message names the rule.
        """
        if isinstance(rules, Mapping):
            rules = [Rule(id=name, query=query) for name, query in rules.items()]
        compiled: dict[str, tuple[Rule, Node]] = {}
        for rule in rules:
            if rule.id in compiled:
                raise RuleError(f"rule {rule.id}: there are two rules of this id", rule.query, 0)
            compiled[rule.id] = (rule, _compile(rule))
        return cls(compiled.values())

    def match(self, article: Article) -> list[Match]:
        """The rules that the article meets, in rule order, each with the places that count.

        A place counts where its term helps the rule to hold: terms under NOT give none, nor does
        a side of OR that does not hold.
        """
        story = Story(article)
        return [
            Match(rule.id, _spans(root, story))
            for rule, root in self._compiled
            if _holds(root, story)
        ]

    def __len__(self) -> int:
        return len(self._compiled)

    def __iter__(self) -> Iterator[Rule]:
        return (rule for rule, _ in self._compiled)


def _compile(rule: Rule) -> Node:
    try:
        return compile_query(rule.query)
    except RuleError as error:
        message = f"rule {rule.id}: {error.message}"
        raise RuleError(message, error.query, error.position) from error


def _holds(node: Node, story: Story) -> bool:
    if isinstance(node, Term):
        return story.has(node.needle, node.field)
    if isinstance(node, Not):
        return not _holds(node.child, story)
    if isinstance(node, And):
        return all(_holds(child, story) for child in node.children)
    return any(_holds(child, story) for child in node.children)


def _evidence(node: Node, story: Story, value: bool = True) -> Iterator[Term]:
    """The terms found that make ``node`` have its ``value``."""
    if isinstance(node, Term):
        if value:
            yield node
    elif isinstance(node, Not):
        yield from _evidence(node.child, story, not value)
    else:
        for child in node.children:
            if _holds(child, story) == value:
                yield from _evidence(child, story, value)


def _spans(root: Node, story: Story) -> tuple[Span, ...]:
    # A term that a rule writes twice marks its places once, under its first spelling.
    terms = dict[tuple[str, str | None], Term]()
    for term in _evidence(root, story):
        terms.setdefault((term.needle, term.field), term)
    places = dict[tuple[bool, int, int, int], Span]()
    for term in terms.values():
        for span in story.spans(term.needle, term.field, term.written):
            place = (span.field == "body", span.paragraph, span.start, span.end)
            places.setdefault(place, span)
    return tuple(places[place] for place in sorted(places))
