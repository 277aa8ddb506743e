"""Names of concepts as packs write them: words, ``!exact``, ``prefix*``, ``@another``."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.match.canonical import needles
from monitor.match.nodes import ConceptRef, Leaf, Term


def name(written: str) -> Term:
    """A concept's name: a phrase; with ``*`` at its end a prefix, with ``!`` before it exact."""
    return names([written])[0]


def names(written: Iterable[str]) -> list[Term]:
    """Many names at once. A needle is empty where there is nothing to look for."""
    parts = [_parts(each) for each in written]
    terms = []
    for (form, text), wanted in zip(parts, needles(text for _, text in parts), strict=True):
        wanted = wanted.rstrip(" ") if form == "prefix" else wanted
        terms.append(Term(text, wanted, None, form))
    return terms


def _parts(written: str) -> tuple[str, str]:
    """Form and text."""
    if written.startswith(("!", "！")):
        return "exact", written[1:]
    if written.endswith(("*", "＊")):
        return "prefix", written[:-1]
    return "word", written


def companion(written: str) -> Leaf:
    """One of ``only_with``: ``@id`` or words."""
    return ConceptRef(written[1:]) if is_reference(written) else name(written)


def is_reference(written: str) -> bool:
    return written.startswith(("@", "＠"))
