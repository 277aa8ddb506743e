"""An alert that a channel has not taken in time goes on to a second one (``escalate``)."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.fields import format_duration
from monitor.models import Escalation, Rule
from monitor.pipeline.kit import Kit
from monitor.routing import way_on
from monitor.store import Transaction, escalations, ways


def asking(rules: Iterable[Rule]) -> list[tuple[Rule, Escalation]]:
    """Those of ``rules`` whose alerts go on."""
    return [(rule, rule.escalate) for rule in rules if rule.escalate is not None]


def escalate(kit: Kit) -> int:
    """Let the alerts go on whose time it is; how many those are.

    Call it in a thread. Raises StoreError.
    """
    rules = asking(kit.held.rules)
    if not rules:
        return 0
    with kit.store.read() as tx:
        if not any(_late(tx, rule, how, kit) for rule, how in rules):
            return 0
    with kit.store.write(exclusive=True) as tx:  # of two processes one lets them go on
        return sum(_go_on(tx, rule, how, kit) for rule, how in rules)


def _late(tx: Transaction, rule: Rule, how: Escalation, kit: Kit) -> list[escalations.Late]:
    return escalations.late(tx, rule, how.to, how.after, kit.clock())


def _go_on(tx: Transaction, rule: Rule, how: Escalation, kit: Kit) -> int:
    now = kit.clock()
    late = _late(tx, rule, how, kit)
    for one in late:
        why = f"not taken by {one.channel} within {format_duration(how.after)}"
        on = [
            way_on(rule, each, kit.settings.policy(each), now, one.channel, why) for each in one.to
        ]
        ways.send(tx, one.alert, on, now, one.id_of)
    return len(late)
