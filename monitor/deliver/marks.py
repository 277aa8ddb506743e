"""Why a story matched: its text cut into marked and plain pieces, and the same in words."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.models import Match, Span

MOST_NAMES = 8  # of one term that are told in words
MARKED = ("title", "body")  # fields whose text is shown, with its marks


def pieces(text: str, spans: Iterable[Span]) -> list[tuple[str, bool]]:
    """``text`` in order as ``(piece, marked)``; spans that overlap become one mark."""
    out: list[tuple[str, bool]] = []
    done = 0
    for start, end in _merged(spans):
        if start > done:
            out.append((text[done:start], False))
        out.append((text[start:end], True))
        done = end
    if done < len(text):
        out.append((text[done:], False))
    return out


def _merged(spans: Iterable[Span]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((span.start, span.end) for span in spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def reasons(match: Match) -> list[str]:
    """Each term that was found, in reading order, in words.

    ``railway``; ``@laos: 万象 (@vientiane)`` for the names of a concept; ``dateline: Vientiane``
    for what stands beside the text, where there is no mark to see.
    """
    found: dict[tuple[str, str], dict[str, None]] = {}
    for span in match.spans:
        field = "" if span.field in MARKED else span.field
        found.setdefault((field, span.term), {})[_name(span, field)] = None
    return [_reason(field, term, list(names)) for (field, term), names in found.items()]


def in_words(match: Match) -> str:
    """All reasons in one line."""
    said = reasons(match)
    return ("; " if any(": " in reason for reason in said) else ", ").join(said)


def span_json(span: Span) -> dict[str, object]:
    """A place for programs, as webhooks and ``--json`` show it."""
    return {name: getattr(span, name) for name in Span.__slots__}


def _name(span: Span, field: str) -> str:
    """What the story says for a term, where that is not the term itself."""
    if span.concept and f"@{span.concept}" != span.term:
        return f"{span.text} (@{span.concept})"
    says_it = span.text.casefold() == span.term.casefold()
    return "" if says_it and not field else span.text


def _reason(field: str, term: str, names: list[str]) -> str:
    shown = [name for name in names if name]
    if len(shown) > MOST_NAMES:
        shown[MOST_NAMES:] = [f"{len(shown) - MOST_NAMES} more"]
    words = ", ".join(shown)
    says_it = words.casefold() == term.casefold()
    start = f"{field}: " if field else ""
    return start + (term if not words else words if says_it else f"{term}: {words}")
