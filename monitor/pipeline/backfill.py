"""What a new rule finds in the archive: nobody is told of it, unless the rule asks to look back
(``backfill: 7d``), and then of all of it as one.

A rule looks back once; again when its query, or how far back, has changed, and then it tells of
what it has not told of before.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.alert import Alert, unalerted
from monitor.fields import format_duration
from monitor.match import RuleSet
from monitor.models import Match, Rule
from monitor.pipeline.dispatch import dispatched_together
from monitor.pipeline.kit import Kit
from monitor.routing import older
from monitor.store import Store, Transaction, backfills, stories

log = logging.getLogger(__name__)

BATCH = 200  # stories of the archive that are read at once: nobody waits long
PORTION = 300  # findings that are written at once, for the same reason, and go out as one


def look_back(kit: Kit, *, going: Callable[[], bool] = lambda: True) -> int:
    """Tell of what the archive holds for rules that ask for it and are new; how many alerts that
    raises.

    Of two processes one tells. What is not ``going`` on tells nothing, and begins anew next time.
    Call it in a thread. Raises StoreError.
    """
    asking = [rule for rule in kit.held.rules if rule.backfill and rule.volume is None]
    if not asking:
        return 0
    with kit.store.read() as tx:
        new = _new(tx, asking)
    if not new:
        return 0
    found: list[_Found] = []
    for some in _finds(kit, new):
        if not going():
            return 0
        found += some
    raised = 0
    for portion in range(0, max(len(found), 1), PORTION):
        with kit.store.write(exclusive=True) as tx:
            still = _new(tx, new.values())
            raised += _tell(tx, still, found[portion : portion + PORTION], kit)
            if portion + PORTION >= len(found):
                for rule in still.values():
                    backfills.finish(tx, rule.id, _definition(rule), kit.clock())
    log.info("looked back in the archive for %s: %d alerts", ", ".join(new), raised)
    return raised


def _new(tx: Transaction, rules: Iterable[Rule]) -> dict[str, Rule]:
    """Those that have not looked back as they are now."""
    return {
        rule.id: rule for rule in rules if backfills.definition(tx, rule.id) != _definition(rule)
    }


def _definition(rule: Rule) -> str:
    """A digest of what decides what a rule finds when it looks back."""
    what = f"{rule.query}\x00{rule.backfill}".encode("utf-8", "replace")
    return hashlib.blake2b(what, digest_size=16).hexdigest()


class _Found(NamedTuple):
    match: Match
    story: int
    revision: int


def _finds(kit: Kit, new: Mapping[str, Rule]) -> Iterator[list[_Found]]:
    """What rules find in the archive, a batch of it after the other."""
    now, after = kit.clock(), 0
    rules = RuleSet.compile(new.values(), kit.held.rules.concepts)
    since = now - max(_back(rule) for rule in new.values())
    while batch := _some(kit.store, since, after):
        after = batch[-1].id
        yield [
            _Found(Match(match.rule, match.spans), story.id, story.revision)
            for story in batch
            if unalerted(story.article.kind) is None
            for match in rules.match(story.article, carried=story.carried_by)
            if _is_within(_back(new[match.rule]), story, now)
        ]


def _some(store: Store, since: datetime, after: int) -> list[stories.Story]:
    with store.read() as tx:
        return stories.some(tx, since, after=after, limit=BATCH)


def _back(rule: Rule) -> timedelta:
    return rule.backfill or timedelta()


def _is_within(back: timedelta, story: stories.Story, now: datetime) -> bool:
    """A first look at a source brings old stories, too, which say themselves how old they are."""
    return story.first_seen_at >= now - back and older(back, story.article, now) is None


def _tell(tx: Transaction, new: Mapping[str, Rule], found: Iterable[_Found], kit: Kit) -> int:
    raised, now = 0, kit.clock()
    told = backfills.told_of(tx, new)
    for one in found:
        rule, story = new.get(one.match.rule), stories.get(tx, one.story)
        if rule is None or story is None or story.revision != one.revision:
            continue  # another process has told, or the story was held against the rule anew
        first = (rule.id, story.copy_of or story.id)
        if first not in told:
            told.add(first)
            reason = f"found looking back {format_duration(_back(rule))}"
            alert = Alert(rule, one.match, reason)
            alert = dispatched_together(tx, alert, story.article, now, kit)
            stories.tell(tx, story, alert, now)
            raised += alert.withheld is None
    return raised
