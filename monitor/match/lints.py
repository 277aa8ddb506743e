"""Warnings about a query that compiles but may not say what is meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.match.canonical import is_unspaced
from monitor.match.concepts import Concepts
from monitor.match.nodes import (
    And,
    Compare,
    ConceptRef,
    Language,
    Leaf,
    Near,
    Node,
    Not,
    Or,
    Term,
    Within,
    children_of,
    leaves,
    position_of,
)
from monitor.match.query import compile_query
from monitor.match.tokens import LOWER_CASE_OPERATORS, Token, tokenize

FAR = 10  # words; further apart, two words of a paragraph say little about each other

_LEAST = {"carried": 1, "words": 0}

# Words of which most stories hold one, or which stand inside too many others.
_COMMON = {
    *("the", "a", "an", "of", "to", "in", "on", "at", "by", "for", "from", "with", "and", "or"),
    *("not", "is", "are", "was", "were", "be", "been", "has", "have", "had", "it", "its", "he"),
    *("she", "they", "said", "says", "will", "would", "new", "year", "years", "people", "country"),
    *("countries", "more", "than", "that", "this", "which", "who", "also", "as", "after"),
    *("before", "one", "two", "first", "last"),
    *(
        "的",
        "了",
        "在",
        "是",
        "和",
        "有",
        "人",
        "中",
        "大",
        "年",
        "月",
        "日",
        "国",
        "与",
        "为",
        "将",
    ),
    *("ແລະ", "ຂອງ", "ໃນ", "ທີ່", "ໄດ້", "ເປັນ", "ມີ", "ຈະ", "ໃຫ້", "ວ່າ", "ປີ", "ຄົນ"),
}


def in_most_stories(word: str) -> bool:
    return word in _COMMON


def lint(query: str, concepts: Concepts | None = None) -> list[str]:
    """What may be meant otherwise; raises RuleError.

    With ``concepts``, references to others are told, too.
    """
    root = compile_query(query)
    found = [warning for token in tokenize(query) for warning in _of_word(token)]
    found += _of_truth(root)
    is_common = all(map(_is_common, leaves(root))) and not _is_narrowed(root)
    for leaf in leaves(root):
        if isinstance(leaf, Term) and is_common:
            found.append(
                f"“{leaf.written}” alone is found in most stories: add a word that narrows it"
            )
        elif isinstance(leaf, Term):
            found += _of_term(leaf)
        elif isinstance(leaf, ConceptRef) and concepts is not None and leaf.id not in concepts:
            found.append(concepts.unknown(leaf.id))
    found += [
        f"NEAR/{node.words} at {_at(node)} is wide: words more than {FAR} apart say little about"
        " each other; SENTENCE or PARAGRAPH may be meant"
        for node in _nodes(root)
        if isinstance(node, Near) and node.words > FAR
    ]
    if all(isinstance(node, Not | Language | Compare) for node in _all_of(root)):
        found.append("nothing but a filter narrows this: it is met by every story that passes it")
    return list(dict.fromkeys(found))


def _of_word(token: Token) -> Iterator[str]:
    if token.kind == "word" and token.text.upper() in LOWER_CASE_OPERATORS:
        yield (
            f"“{token.text}” at character {token.position + 1} is searched as a word:"
            f" write {token.text.upper()} for the operator"
        )


def _of_term(term: Term) -> Iterator[str]:
    word = term.needle.strip(" ")
    if len(word) == 1 and not word.isdigit():
        yield f"“{term.written}” is a single character and is found inside many other words"
    elif len(word) == 2 and term.form == "word" and word.isalpha() and not is_unspaced(word):
        yield (
            f"“{term.written}” is short and may mean other things: an abbreviation is found in its"
            f' capitals alone as !"{term.written.upper()}"'
        )


def _of_truth(root: Node) -> Iterator[str]:
    for node in _nodes(root):
        if isinstance(node, Compare) and _always(node):
            yield f"{node.name} {node.op} {node.value} at {_at(node)} is always true"
        if isinstance(node, Compare) and _never(node):
            yield f"{node.name} {node.op} {node.value} at {_at(node)} is never true"
        if isinstance(node, And) and _contradict(node.children):
            yield f"what begins at {_at(node)} is never true: its parts exclude each other"
        if isinstance(node, Or) and _denied(node.children):
            yield f"what begins at {_at(node)} is always true: it says a thing and its opposite"


def _always(node: Compare) -> bool:
    value, least = _number(node), _LEAST.get(node.name, 0)
    return (node.op == ">=" and value <= least) or (node.op == ">" and value < least)


def _never(node: Compare) -> bool:
    value, least = _number(node), _LEAST.get(node.name, 0)
    return (node.op == "<" and value <= least) or (node.op in ("<=", "=") and value < least)


def _number(node: Compare) -> int:
    """Days since the year 1 for a date, which is never below what is the least of it."""
    return node.value if isinstance(node.value, int) else node.value.toordinal()


def _contradict(children: Sequence[Node]) -> bool:
    languages = {node.code for node in children if isinstance(node, Language)}
    return len(languages) > 1 or _denied(children) or _empty_range(children)


def _denied(children: Sequence[Node]) -> bool:
    """Whether one of them is the opposite of another."""
    said = set(children)
    return any(isinstance(node, Not) and node.child in said for node in children)


def _empty_range(children: Sequence[Node]) -> bool:
    compared = [node for node in children if isinstance(node, Compare)]
    lower = [node for node in compared if node.op in (">", ">=", "=")]
    upper = [node for node in compared if node.op in ("<", "<=", "=")]
    return any(
        low.name == high.name and _number(low) + _open(low) > _number(high) - _open(high)
        for low in lower
        for high in upper
    )


def _open(node: Compare) -> int:
    """1 where the value itself is left out: numbers and days are whole."""
    return int("=" not in node.op)


def _is_common(leaf: Leaf) -> bool:
    return isinstance(leaf, Term) and leaf.form == "word" and leaf.needle.strip(" ") in _COMMON


def _is_narrowed(root: Node) -> bool:
    return any(isinstance(node, Language | Compare | Near | Within) for node in _nodes(root))


def _all_of(root: Node) -> Sequence[Node]:
    return root.children if isinstance(root, And) else (root,)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in children_of(node):
        yield from _nodes(child)


def _at(node: Node) -> str:
    return f"character {position_of(node) + 1}"
