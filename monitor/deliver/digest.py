"""A digest as it is read: stories once, in groups, with what surrounds them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from monitor.background import DAYS, Carrier
from monitor.deliver.quotes import Quote, headline, quotes
from monitor.models import Collection, Message, Severity

MOST_STORIES = 100  # with their sentences: Gmail cuts off a mail of more than 102 KB
MOST_SITES = 8  # of one story that are linked

_RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Entry:
    """One story, whatever number of rules found it."""

    message: Message  # its latest telling
    title: Quote
    link: str | None
    quotes: tuple[Quote, ...]
    rules: tuple[str, ...]  # the labels of those that found it
    reasons: tuple[str, ...]
    carried_by: int  # sites, its own included
    others: tuple[Carrier, ...]  # other sites that carry it, at most MOST_SITES

    @property
    def more(self) -> int:
        """Other sites that are not linked."""
        return max(self.carried_by - 1 - len(self.others), 0)


@dataclass(frozen=True, slots=True)
class Section:
    """Stories under one heading; "" where they are not grouped."""

    title: str
    anchor: str
    entries: tuple[Entry, ...]  # those that are shown
    stories: int  # all
    days: tuple[int, ...]  # alerts on each of the last days; () where nobody counts them

    @property
    def left_out(self) -> int:
        return self.stories - len(self.entries)


@dataclass(frozen=True, slots=True)
class Digest:
    sections: tuple[Section, ...]
    stories: int
    days: tuple[int, ...]  # alerts of all its rules together

    @property
    def left_out(self) -> int:
        return sum(section.left_out for section in self.sections)


def digest(told: Collection, by: str = "rule") -> Digest:
    """The stories of ``told`` in groups: ``by`` is rule, topic or none."""
    families = _families(told)
    groups = _grouped(families, by)
    shown = _shown(groups.values())
    days = {volume.rule: volume.days for volume in told.background.volumes}
    sections = tuple(
        Section(
            title=title,
            anchor=f"part-{number}",
            entries=tuple(_entry(family, told) for family in group if id(family) in shown),
            stories=len(group),
            days=days.get(group[0][0].rule, ()) if by == "rule" else (),
        )
        for number, (title, group) in enumerate(groups.items(), 1)
    )
    return Digest(sections, len(families), _sum(days.values()))


Family = list[Message]  # the alerts on one story, in the order in which they were raised


def _families(told: Collection) -> list[Family]:
    """What is most severe comes first, then what was raised first."""
    carried = told.background.carried
    found: dict[int, Family] = {}
    for message in told.alerts:
        story = message.story
        found.setdefault(carried[story].first if story in carried else story, []).append(message)
    return sorted(found.values(), key=lambda family: -max(_RANK[each.severity] for each in family))


def _grouped(families: Sequence[Family], by: str) -> dict[str, list[Family]]:
    """By the heading of each group; the largest first, what has no heading of its own last."""
    counts = Counter(name for family in families for name in _concepts(family))
    groups: dict[str, list[Family]] = {}
    for family in families:
        title = {"rule": family[0].label, "topic": _topic(family, counts)}.get(by, "")
        groups.setdefault(title, []).append(family)
    order = sorted(groups, key=lambda title: (title == OTHERS, -len(groups[title]), title))
    return {title: groups[title] for title in order}


OTHERS = "Other stories"


def _topic(family: Family, counts: Counter[str]) -> str:
    """The concept that says best what a story is about, as rules write it.

    Of those that other stories name too, the one that fewest do: nearly all name a country. One in
    the headline goes before one in the text.
    """
    shared = [name for name in _concepts(family) if counts[name] > 1]
    if not shared:
        return OTHERS
    titled = {span.concept for each in family for span in each.match.spans if span.field == "title"}
    return "@" + min(shared, key=lambda name: (name not in titled, counts[name]))


def _concepts(family: Family) -> dict[str, None]:
    return dict.fromkeys(name for message in family for name in message.match.concepts)


def _shown(groups: Iterable[list[Family]]) -> set[int]:
    """The first of each group, then the second of each, until there are enough."""
    in_turn = chain.from_iterable(zip_longest(*groups))
    return {id(family) for family in islice(filter(None, in_turn), MOST_STORIES)}


def _entry(family: Family, told: Collection) -> Entry:
    latest = max(family, key=lambda message: (message.story == family[-1].story, message.revision))
    article = latest.article
    carried = told.background.carried.get(latest.story)
    carriers = carried.carriers if carried else ()
    others = [each for each in carriers if each.site != article.site]
    return Entry(
        message=latest,
        title=headline(latest),
        link=web_address(article.url),
        quotes=tuple(quotes([message for message in family if message.article == article])),
        rules=tuple(dict.fromkeys(message.label for message in family)),
        reasons=tuple(dict.fromkeys(message.reason for message in family)),
        carried_by=max(len(carriers), 1),
        others=tuple(each for each in others if web_address(each.url))[:MOST_SITES],
    )


def web_address(url: str) -> str | None:
    """``url`` where a link may lead there."""
    return url if url.startswith(("https://", "http://")) else None


def _sum(volumes: Iterable[Sequence[int]]) -> tuple[int, ...]:
    added = [sum(day) for day in zip(*volumes, strict=True)]
    return tuple(added) if len(added) == DAYS else ()
