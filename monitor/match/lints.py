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
    every,
    leaves,
)
from monitor.match.query import compile_query
from monitor.match.slips import slips
from monitor.match.truth import of_truth, where

FAR = 10  # words; further apart, two words of a paragraph say little about each other

_MOST_UNKNOWN = 20  # concepts; what comes near to one among thousands takes 10 ms to find

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


def in_most_stories(word: str) -> bool:
    return word in _COMMON


def lint(query: str, concepts: Concepts | None = None) -> list[str]:
    """What may be meant otherwise; raises RuleError.

    With ``concepts``, references to others are told, too.
    """
    root = compile_query(query)
    found = list(slips(query))
    found += of_truth(root)
    sides = root.children if isinstance(root, Or) else (root,)
    common = {leaf for side in sides if _is_common(side) for leaf in leaves(side)}
    for leaf in leaves(root):
        if isinstance(leaf, Term) and leaf in common and _is_common_word(leaf):
            found.append(
                f"“{leaf.written}” alone is found in most stories: add a word that narrows it"
            )
        elif isinstance(leaf, Term):
            found += _of_term(leaf)
    if concepts is not None:
        found += _of_unknown(root, concepts)
    found += [
        f"NEAR/{node.words} at {where(node)} is wide: words more than {FAR} apart say little about"
        " each other; SENTENCE or PARAGRAPH may be meant"
        for node in every(root)
        if isinstance(node, Near) and node.words > FAR
    ]
    if all(isinstance(node, Not | Language | Compare) for node in _all_of(root)):
        found.append("nothing but a filter narrows this: it is met by every story that passes it")
    return list(dict.fromkeys(found))


def _of_term(term: Term) -> Iterator[str]:
    word, written = term.needle.strip(" "), term.written
    if term.field == "site" and word.startswith("www "):
        yield f"“{written}” is on no site: sites stand without www.: site:{written[4:]}"
    if len(word) == 1 and is_unspaced(word):
        yield f"“{written}” is a single character and is found inside many other words"
    elif len(word) == 2 and term.form == "word" and word.isalpha() and not is_unspaced(word):
        short = f"“{written}” is short and may mean other things"
        if written.isupper():
            yield f'{short}: an abbreviation is found in its capitals alone as !"{written}"'
        elif written.islower():
            one, other = written.upper(), written.capitalize()
            yield f'{short}: behind ! its case counts, as in !"{one}" or !"{other}"'


def _of_unknown(root: Node, concepts: Concepts) -> Iterator[str]:
    named = dict.fromkeys(leaf.id for leaf in leaves(root) if isinstance(leaf, ConceptRef))
    unknown = [concept_id for concept_id in named if concept_id not in concepts]
    yield from map(concepts.unknown, unknown[:_MOST_UNKNOWN])
    if len(unknown) > _MOST_UNKNOWN:
        yield f"{len(unknown) - _MOST_UNKNOWN} more concepts that there are not"


def _is_common(root: Node) -> bool:
    """Whether it asks for nothing but common words, wherever they stand."""
    narrowed = any(isinstance(node, Language | Compare | Near | Within) for node in every(root))
    wanted = [node for node in _all_of(root) if not isinstance(node, Not)]
    return not narrowed and all(_is_common_word(leaf) for node in wanted for leaf in leaves(node))


def _is_common_word(leaf: Leaf) -> bool:
    return isinstance(leaf, Term) and leaf.form == "word" and leaf.needle.strip(" ") in _COMMON


def _all_of(root: Node) -> Sequence[Node]:
    return root.children if isinstance(root, And) else (root,)
