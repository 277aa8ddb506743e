"""A story spreads: once more sites carry it, rules that ask how many may hold at last."""

from __future__ import annotations

from collections.abc import Collection

from monitor.alert import Alert, unalerted
from monitor.match import RuleSet
from monitor.models import Article, Change, ChangeKind
from monitor.pipeline.dispatch import dispatched
from monitor.pipeline.kit import Kit
from monitor.store import Transaction, stories


def carried(tx: Transaction, change: Change, article: Article) -> int:
    """How many sites carry the story of ``article``, its own included."""
    return 1 if change.story is None else len(stories.sites_of(tx, change.story) | {article.site})


def tell(
    tx: Transaction,
    change: Change,
    article: Article,
    counting: RuleSet,
    matched_before: Collection[str],
    kit: Kit,
) -> set[str]:
    """Hold the rules that count sites against what is told of a story already.

    ``article`` is a copy that was found just now, not yet written. Each rule that holds for the
    first time alerts once, on the first telling that it holds of; the ids of those.
    """
    if change.kind is not ChangeKind.COPY or change.story is None:
        return set()
    waiting = {rule.id: rule for rule in counting if rule.id not in matched_before}
    sites = stories.sites_of(tx, change.story)
    if not waiting or article.site in sites:
        return set()
    told: set[str] = set()
    number = len(sites) + 1
    for telling in stories.tellings(tx, change.story):
        if unalerted(telling.article.kind):
            continue
        for match in counting.match(telling.article, carried=number):
            if match.rule in waiting and match.rule not in told:
                reason = f"matches only now: carried by {number} sites"
                raised = Alert(waiting[match.rule], match, reason)
                stories.tell(tx, telling, dispatched(tx, raised, telling.article, kit), kit.clock())
                told.add(match.rule)
    return told
