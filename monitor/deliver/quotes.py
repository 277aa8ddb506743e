"""The sentences of a story that met a rule, short enough for a list, the words marked. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.deliver.marks import pieces
from monitor.match.excerpt import cut_before, cut_behind
from monitor.match.sentences import sentences
from monitor.models import Message, Span
from monitor.text import flat

Quote = list[tuple[str, bool]]  # pieces in order, each with whether it met the rule

MOST_QUOTES = 2
LONGEST_TITLE, LONGEST_QUOTE = 300, 280  # characters; Lao may print a paragraph as one sentence
_LEAD = 60  # characters that are kept before the first word that met the rule


def headline(message: Message) -> Quote:
    """The title; a long one is cut."""
    spans = [span for span in message.match.spans if span.field == "title"]
    return _cut(flat(message.article.title), _places(spans, 0), LONGEST_TITLE, 0)


def quotes(messages: Sequence[Message]) -> list[Quote]:
    """Of all alerts on one telling of a story, the sentences in which most terms were met."""
    found = [quote for quote in _sentences(messages) if quote[2]]
    best = sorted(found, key=lambda quote: (-quote[2], quote[0]))[:MOST_QUOTES]
    return [quote for _, quote, _ in sorted(best, key=lambda quote: quote[0])]


def _sentences(messages: Sequence[Message]) -> Iterator[tuple[int, Quote, int]]:
    """Each with its number, and how many terms were met in it."""
    spans = [span for message in messages for span in message.match.spans if span.field == "body"]
    number = 0
    for index, paragraph in enumerate(messages[0].article.body if messages else ()):
        here = [span for span in spans if span.paragraph == index]
        start = 0
        for sentence in sentences(paragraph) if here else ():
            inside = [span for span in here if start <= span.start < start + len(sentence)]
            terms = len({span.term for span in inside})
            places = _places(inside, start)
            yield number, _cut(flat(sentence), places, LONGEST_QUOTE, _LEAD), terms
            number, start = number + 1, start + len(sentence)


def _places(spans: Sequence[Span], start: int) -> list[Span]:
    """``spans`` as they stand in a part of their text that begins at ``start``."""
    return [
        Span(s.field, s.paragraph, s.start - start, s.end - start, s.term, s.text) for s in spans
    ]


def _cut(text: str, spans: Sequence[Span], longest: int, lead: int) -> Quote:
    """``text`` around the first of its marks, without blanks at its ends."""
    begin = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    if end - begin > longest:
        first = min((span.start for span in spans), default=begin)
        if lead:
            begin = max(begin, cut_before(text, min(first - lead, end - longest)))
        end = min(end, cut_behind(text, begin + longest))
    inside = [
        Span(s.field, s.paragraph, max(s.start - begin, 0), min(s.end, end) - begin, s.term, s.text)
        for s in spans
        if s.start < end and s.end > begin
    ]
    before = [("…", False)] if text[:begin].strip() else []
    after = [("…", False)] if text[end:].strip() else []
    return [*before, *pieces(text[begin:end], inside), *after]
