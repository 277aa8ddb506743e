"""Whom an alert reaches, when, and why not at once: what rules and channels say, in force now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.alert import Alert
from monitor.models import Article, Rule
from monitor.pipeline.kit import Kit
from monitor.routing import Way, too_old, way, way_back
from monitor.store import Transaction, silences, ways


def dispatched(tx: Transaction, alert: Alert, article: Article, kit: Kit) -> Alert:
    """An alert on ``article`` with its ways, or with the reason why nobody is told."""
    withheld = _withheld(tx, alert, article, kit.clock())
    if withheld is not None:
        return replace(alert, withheld=withheld)
    return replace(alert, ways=ways_of(tx, alert.rule, kit))


def dispatched_together(
    tx: Transaction, alert: Alert, article: Article, now: datetime, kit: Kit
) -> Alert:
    """The same of what a rule finds ``now`` in the archive."""
    withheld = _withheld(tx, alert, article, now)
    if withheld is not None:
        return replace(alert, withheld=withheld)
    rule = alert.rule
    ways = (way_back(rule, each, kit.settings.policy(each), now) for each in _channels(rule))
    return replace(alert, ways=tuple(ways))


def _withheld(tx: Transaction, alert: Alert, article: Article, now: datetime) -> str | None:
    return silences.why(tx, alert.rule.id, now) or too_old(alert.rule, article, now)


def ways_of(tx: Transaction, rule: Rule, kit: Kit) -> tuple[Way, ...]:
    """How an alert of ``rule`` that is raised now reaches each of its channels."""
    now = kit.clock()

    def sent_after(channel: str, moment: datetime) -> Sequence[datetime]:
        return ways.sent_after(tx, channel, moment)

    return tuple(
        way(rule, channel, kit.settings.policy(channel), now, sent_after)
        for channel in _channels(rule)
    )


def _channels(rule: Rule) -> Iterable[str]:
    return dict.fromkeys(rule.channels)
