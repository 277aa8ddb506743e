"""The ways to hold many rules against a story that the bench compares.

All are given the same trees and the same canonical text, and must come to the same rules. Those
of others have their library find terms, and evaluate as the naive one does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

import ahocorasick
import re2

from monitor.match import RuleSet, compile_query
from monitor.match.canonical import BREAK, canonical
from monitor.match.nodes import And, Near, Node, Not, Or, Term, leaves
from monitor.models import Article

Engine = Callable[[Article], set[str]]  # the ids of the rules that an article meets
Has = Callable[[str], bool]  # whether a needle is in the text


def text_of(article: Article) -> str:
    """The canonical text, which each engine makes anew for each story."""
    return canonical(BREAK.join((article.title, *article.body)))


def ours(rules: Mapping[str, str]) -> Engine:
    """monitor.match, its places not asked for."""
    compiled = RuleSet.compile(rules)
    return lambda article: {match.rule for match in compiled.match(article)}


def ours_explained(rules: Mapping[str, str]) -> Engine:
    """monitor.match, with each place of each match looked up in print."""
    compiled = RuleSet.compile(rules)
    return lambda article: {match.rule for match in compiled.match(article) if match.spans}


def naive_in(rules: Mapping[str, str]) -> Engine:
    """``in``, for each term of each rule."""
    trees = _trees(rules)

    def match(article: Article) -> set[str]:
        text = text_of(article)
        return {name for name, root in trees.items() if _holds(root, text, text.__contains__)}

    return match


def naive_re(rules: Mapping[str, str]) -> Engine:
    """A compiled ``re`` for each term of each rule."""
    trees = _trees(rules)
    patterns = {needle: re.compile(re.escape(needle)) for needle in _needles(trees.values())}

    def match(article: Article) -> set[str]:
        text = text_of(article)

        def has(needle: str) -> bool:
            return patterns[needle].search(text) is not None

        return {name for name, root in trees.items() if _holds(root, text, has)}

    return match


def re2_set(rules: Mapping[str, str]) -> Engine:
    """All terms in one google-re2 Set, then each rule on the set of those found."""
    trees = _trees(rules)
    needles = _needles(trees.values())
    options = re2.Options()
    options.max_mem = 2**30  # the default is too little for 10,000 terms
    terms = re2.Set.SearchSet(options)
    for needle in needles:
        terms.Add(re2.escape(needle))
    terms.Compile()

    def match(article: Article) -> set[str]:
        text = text_of(article)
        present = {needles[number] for number in terms.Match(text) or ()}
        return {name for name, root in trees.items() if _holds(root, text, present.__contains__)}

    return match


def pyahocorasick(rules: Mapping[str, str]) -> Engine:
    """All terms in one automaton of pyahocorasick; a rule of which one is found is evaluated."""
    trees = _trees(rules)
    rules_of: dict[str, list[str]] = {}
    for name, root in trees.items():
        for leaf in leaves(root):
            if isinstance(leaf, Term):
                rules_of.setdefault(leaf.needle, []).append(name)
    automaton = ahocorasick.Automaton()
    for needle in rules_of:
        automaton.add_word(needle, needle)
    automaton.make_automaton()

    def match(article: Article) -> set[str]:
        text = text_of(article)
        present = {needle for _, needle in automaton.iter(text)}
        candidates = {name for needle in present for name in rules_of[needle]}
        has = present.__contains__
        return {name for name in candidates if _holds(trees[name], text, has)}

    return match


OURS = "monitor"
ENGINES: dict[str, Callable[[Mapping[str, str]], Engine]] = {
    OURS: ours,
    "monitor, explained": ours_explained,
    "naive in": naive_in,
    "naive re": naive_re,
    "re2 Set": re2_set,
    "pyahocorasick": pyahocorasick,
}


def _trees(rules: Mapping[str, str]) -> dict[str, Node]:
    return {name: compile_query(query) for name, query in rules.items()}


def _needles(trees: Iterable[Node]) -> list[str]:
    found = (leaf for root in trees for leaf in leaves(root) if isinstance(leaf, Term))
    return list(dict.fromkeys(leaf.needle for leaf in found))


def _holds(node: Node, text: str, has: Has) -> bool:
    if isinstance(node, Term):
        return has(node.needle)
    if isinstance(node, And):
        return all(_holds(child, text, has) for child in node.children)
    if isinstance(node, Or):
        return any(_holds(child, text, has) for child in node.children)
    if isinstance(node, Not):
        return not _holds(node.child, text, has)
    if not isinstance(node, Near):
        raise TypeError(f"the bench has no rules with {node}")
    first, second = node.children
    if not isinstance(first, Term) or not isinstance(second, Term):
        raise TypeError("the bench has NEAR between two words alone")
    if not has(first.needle) or not has(second.needle):
        return False
    return any(
        _near(part.split(), first.needle.strip(), second.needle.strip(), node.words)
        for part in text.split(BREAK)
    )


def _near(words: list[str], first: str, second: str, most: int) -> bool:
    places = [place for place, word in enumerate(words) if word == first]
    others = [place for place, word in enumerate(words) if word == second]
    return any(abs(a - b) - 1 <= most for a in places for b in others)
