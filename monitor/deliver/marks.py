"""A story's text cut into marked and plain pieces, for whoever shows a match."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.models import Span


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
