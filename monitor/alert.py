"""From matches to alerts: who hears of a story, and why now. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.models import About, Change, ChangeKind, Match, Rule, StoryKind
from monitor.routing import Way


@dataclass(frozen=True, slots=True)
class Alert:
    """A story that somebody is told about, and the ways in which they are; or why nobody is."""

    rule: Rule
    match: Match
    reason: str
    correction: bool = False
    ways: tuple[Way, ...] = ()
    withheld: str | None = None


def route(
    change: Change,
    matches: Iterable[Match],
    rules: Iterable[Rule],
    *,
    baseline: bool,
    matched_before: Collection[str],
    alerted_before: Collection[str],
    kind: StoryKind = StoryKind.STORY,
) -> list[Alert]:
    """Decide which of ``matches`` become alerts.

    ``matched_before`` and ``alerted_before`` hold the ids of the rules that matched, and that
    alerted on, the story that ``change`` names. A first look at a source (``baseline``) alerts
    nobody; a copy tells only those whom the story it copies did not concern; a correction tells
    whoever was told, unless the rule declines; of what is no plain story nobody is told. Rules on
    how many stories come tell of no single one.
    """
    if baseline or unalerted(kind) or change.kind is ChangeKind.SAME:
        return []
    by_id = {rule.id: rule for rule in rules}
    alerts = []
    for match in matches:
        rule = by_id[match.rule]
        if rule.volume is not None:
            continue
        if rule.id not in matched_before:
            alerts.append(Alert(rule, match, _first_reason(change)))
        elif change.kind is ChangeKind.REVISED and rule.corrections and rule.id in alerted_before:
            alerts.append(Alert(rule, match, f"corrected: {change.reason}", correction=True))
    return alerts


def unalerted(kind: StoryKind) -> str | None:
    """Why nobody is alerted of a page of that kind; None for a story."""
    return None if kind is StoryKind.STORY else f"{kind.value}: nobody is alerted of one"


def _first_reason(change: Change) -> str:
    if change.kind is ChangeKind.NEW:
        return "new story"
    return f"matches only now: {change.reason}"


def delivery_id(rule: str, story_key: str, revision: int, channel: str, recipient: str = "") -> str:
    """The id under which an alert goes to a recipient of a channel, however often it is tried.

    Made of what it stands for, so that a restored backup or a second process sends under the
    same id. 128 bits of BLAKE2b.
    """
    return _id(rule, story_key, str(revision), channel, *_to(recipient))


def notice_id(
    source: str, at: datetime, channel: str, recipient: str = "", *, about: About = About.SOURCE
) -> str:
    """The id under which the notice of what befell a source ``at`` a time goes to a channel.

    ``about`` tells a channel that fell ill from a source of its name.
    """
    return _id(about.value, source, at.isoformat(), channel, *_to(recipient))


def thread_id(story_key: str) -> str:
    """What all that is told of a story has in common, whatever rule and channel."""
    return hashlib.blake2b(story_key.encode("utf-8", "replace"), digest_size=16).hexdigest()


def volume_id(rule: str, since: datetime, channel: str, recipient: str = "") -> str:
    """The id under which a channel hears that a rule's condition holds ``since`` a time."""
    return _id("volume", rule, since.isoformat(), channel, *_to(recipient))


def bundle_id(kind: str, first: str) -> str:
    """The id under which alerts go out together, of which the ``first`` would bear that id."""
    return _id("bundle", kind, first)


def digest_id(channel: str, due: datetime, recipient: str = "") -> str:
    """The id under which a digest that was opened ahead of its alerts goes to a channel."""
    return _id("digest", due.astimezone(UTC).isoformat(), channel, *_to(recipient))


def _to(recipient: str) -> tuple[str, ...]:
    """Nothing where the channel leads to one place, as ids were made before there were others."""
    return (recipient,) if recipient else ()


def _id(*parts: str) -> str:
    what = "\x00".join(parts).encode("utf-8", "replace")
    return "msg_" + hashlib.blake2b(what, digest_size=16).hexdigest()
