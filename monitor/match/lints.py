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
    Term,
    Within,
    leaves,
)
from monitor.match.query import compile_query
from monitor.match.tokens import LOWER_CASE_OPERATORS, Token, tokenize
from monitor.match.truth import every, of_truth, where

FAR = 10  # words; further apart, two words of a paragraph say little about each other

# Words of which most stories hold one, or which stand inside too many others.
_COMMON = {
    *("the", "a", "an", "of", "to", "in", "on", "at", "by", "for", "from", "with", "and", "or"),
    *("not", "is", "are", "was", "were", "be", "been", "has", "have", "had", "it", "its", "he"),
    *("she", "they", "said", "says", "will", "would", "new", "year", "years", "people", "country"),
    *("countries", "more", "than", "that", "this", "which", "who", "also", "as", "after"),
    *("before", "one", "two", "first", "last"),
    *("的", "了", "在", "是", "和", "有", "人", "中"),
    *("大", "年", "月", "日", "国", "与", "为", "将"),
    *("ແລະ", "ຂອງ", "ໃນ", "ທີ່", "ໄດ້", "ເປັນ"),
    *("ມີ", "ຈະ", "ໃຫ້", "ວ່າ", "ປີ", "ຄົນ"),
}


def lint(query: str, concepts: Concepts | None = None) -> list[str]:
    """What may be meant otherwise; raises RuleError.

    With ``concepts``, references to others are told, too.
    """
    root = compile_query(query)
    found = [warning for token in tokenize(query) for warning in _of_word(token)]
    found += of_truth(root)
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
        f"NEAR/{node.words} at {where(node)} is wide: words more than {FAR} apart say little about"
        " each other; SENTENCE or PARAGRAPH may be meant"
        for node in every(root)
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


def _is_common(leaf: Leaf) -> bool:
    return isinstance(leaf, Term) and leaf.form == "word" and leaf.needle.strip(" ") in _COMMON


def _is_narrowed(root: Node) -> bool:
    return any(isinstance(node, Language | Compare | Near | Within) for node in every(root))


def _all_of(root: Node) -> Sequence[Node]:
    return root.children if isinstance(root, And) else (root,)
