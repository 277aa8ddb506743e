"""How the commands of rules show what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from rich.table import Table
from rich.text import Text

from monitor.cli.show import marked, out, printed
from monitor.cli.tally import Found, over_time
from monitor.config import Config
from monitor.deliver.marks import pieces, reasons, span_json
from monitor.errors import NotFoundError
from monitor.match.excerpt import cut_before, cut_behind
from monitor.match.parts import parts_beside
from monitor.models import Article, Rule, Span
from monitor.text import flat, one_line

_WIDTH = 40  # columns of the longest bar
_SPARKS = "·▁▂▃▄▅▆▇█"
_AROUND = 40  # characters of context on either side of a hit
_PARAGRAPHS = 3  # of a story in a sample
_ROWS = 10  # sources and languages that are shown


def rule_named(rule_id: str, config: Config) -> Rule:
    """The one of the rules in force. Raises NotFoundError, with what may be meant."""
    known = {rule.id: rule for rule in config.rules}
    if rule_id in known:
        return known[rule_id]
    if rule_id in config.off:
        raise NotFoundError(f"the rule {rule_id} is switched off: `enabled: false` in rules.yaml")
    close = get_close_matches(rule_id, known, n=1)
    guess = f", did you mean {close[0]}?" if close else ":"
    raise NotFoundError(f"no rule {rule_id!r} is in force{guess} see `monitor rule list`")


def found_record(found: Found) -> dict[str, Any]:
    article, match = found.story.article, found.match
    return {
        "story": found.story.id,
        "title": article.title,
        "url": article.url,
        "source": found.story.source,
        "language": article.language,
        "updated": printed(article.updated or article.published),
        "terms": list(match.terms),
        "concepts": list(match.concepts),
        "reasons": reasons(match),
        "spans": [span_json(span) for span in match.spans],
    }


def show_found(found: Found) -> None:
    """A story with the hits marked: in the title, in the paragraphs and beside them."""
    article, hits = found.story.article, dict[tuple[str, int], list[Span]]()
    for span in found.match.spans:
        hits.setdefault((span.field, span.paragraph), []).append(span)
    out.print(f"{found.story.id}  ", end="", style="dim")
    out.print(
        marked(pieces(article.title, hits.pop(("title", 0), []))), soft_wrap=True, style="bold"
    )
    paragraphs = [place for place in hits if place[0] == "body"][:_PARAGRAPHS]
    for place in (*paragraphs, *(place for place in hits if place[0] != "body")):
        lead = "" if place[0] == "body" else f"{place[0]}: "
        out.print(f"    {lead}", in_context(article, hits[place]), soft_wrap=True, sep="")


def in_context(article: Article, spans: Sequence[Span]) -> Text:
    """Hits of one paragraph or field, with some words around them."""
    text = field_text(article, spans[0])
    start = cut_before(text, spans[0].start - _AROUND)
    last = [span for span in spans if span.start < start + 4 * _AROUND]
    end = cut_behind(text, last[-1].end + _AROUND)
    inside = [span for span in last if span.end <= end]
    cut = [
        Span(s.field, s.paragraph, s.start - start, s.end - start, s.term, s.text) for s in inside
    ]
    context = marked(pieces(text[start:end], cut))
    return Text.assemble("… " if start else "", context, " …" if end < len(text) else "")


def field_text(article: Article, span: Span) -> str:
    if span.field == "title":
        return article.title
    if span.field == "body":
        return article.body[span.paragraph]
    place = span.field, span.paragraph
    return next(part.text for part in parts_beside(article) if part[:2] == place)


def show_bars(days: Counter[date]) -> None:
    """Hits over time."""
    bars = over_time(days)
    week = ", from Monday" if bars.unit == "week" else ""
    tell(f"Hits by the {bars.unit} in which a story was first seen{week}:", "bold")
    most = max((number for _, number in bars.counts), default=1)
    for name, number in bars.counts:
        bar = "█" * max(bool(number), round(number * _WIDTH / most))
        out.print(f"{name}  {bar}{' ' if bar else ''}{number}", soft_wrap=True)


def sparkline(days: Counter[date]) -> str:
    """Hits over time in one word: ``▁█▃▁``."""
    numbers = [number for _, number in over_time(days).counts]
    most = max(numbers, default=1)
    return "".join(_SPARKS[-(-number * (len(_SPARKS) - 1) // most)] for number in numbers)


def show_counts(name: str, hits: Counter[str], stories: Counter[str]) -> None:
    """Hits by source or language, and in how many stories that is."""
    table = Table(header_style="bold", box=None, pad_edge=False)
    table.add_column(name, overflow="fold")
    table.add_column("hits", justify="right")
    table.add_column("stories", justify="right")
    for key, number in hits.most_common(_ROWS):
        table.add_row(Text(one_line(key)), str(number), str(stories[key]))
    if len(hits) > _ROWS:
        rest = hits.most_common()[_ROWS:]
        table.add_row(f"{len(rest)} more", str(sum(number for _, number in rest)), "")
    out.print(table)


def tell(line: str, style: str = "") -> None:
    """A line of our own words, in which a stranger's may stand."""
    out.print(flat(line), markup=False, soft_wrap=True, style=style)
