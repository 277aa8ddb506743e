"""Whom an alert reaches, when, and why not at once: what rules and channels say, in force now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.alert import Alert
from monitor.models import Article, Rule
from monitor.pipeline.kit import Kit
from monitor.routing import Way, too_old, way
from monitor.store import Transaction, silences, ways


def dispatched(tx: Transaction, alert: Alert, article: Article, kit: Kit) -> Alert:
    """An alert on ``article`` with its ways, or with the reason why nobody is told."""
    now = kit.clock()
    withheld = silences.why(tx, alert.rule.id, now) or too_old(alert.rule, article, now)
    if withheld is not None:
        return replace(alert, withheld=withheld)
    return replace(alert, ways=ways_of(tx, alert.rule, kit))


def ways_of(tx: Transaction, rule: Rule, kit: Kit) -> tuple[Way, ...]:
    """How an alert of ``rule`` that is raised now reaches each of its channels."""
    now = kit.clock()

    def sent_after(channel: str, moment: datetime) -> Sequence[datetime]:
        return ways.sent_after(tx, channel, moment)

    return tuple(
        way(rule, channel, kit.settings.policy(channel), now, sent_after)
        for channel in dict.fromkeys(rule.channels)
    )
