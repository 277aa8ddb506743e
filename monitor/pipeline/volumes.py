"""Rules on how many stories come: each story is counted as it is filed, and judged at once; on a
schedule they are judged again, since silence brings no story.

A story counts when it is first seen to meet the rule, once for all sites that carry it. What was
there at the first look at a source is no news and does not count.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.alert import unalerted
from monitor.match import Concepts, RuleSet
from monitor.models import Article, Match, Rule, Volume, VolumeKind
from monitor.pipeline.dispatch import ways_of
from monitor.pipeline.kit import Kit
from monitor.rhythm import is_day_off
from monitor.routing import too_old
from monitor.store import Store, Transaction, silences, stories, volumes
from monitor.volume import CALM, Verdict, course, judge, reach, told, window, written

log = logging.getLogger(__name__)

BATCH = 200  # stories of the archive that are read at once: nobody waits long
MOST_TOLD = 20  # stories that an alert lists
KNOW_DAYS = timedelta(days=120)  # as far back as any rule asks which days were off
BEFORE_SILENCE = 3  # of a silence, the last before it


def with_volume(rules: Iterable[Rule]) -> dict[str, Rule]:
    """Those of ``rules`` that tell of how many stories come."""
    return {rule.id: rule for rule in rules if rule.volume is not None}


def definition(rule: Rule) -> str:
    """A digest of what decides which stories a rule counts, and how far back they are wanted."""
    what = f"{rule.query}\x00{rule.volume}\x00{rule.max_age}".encode("utf-8", "replace")
    return hashlib.blake2b(what, digest_size=16).hexdigest()


def counts_for(rule: Rule, article: Article, at: datetime) -> bool:
    """Whether a story that meets a rule counts, as it does for the alerts of other rules."""
    return unalerted(article.kind) is None and too_old(rule, article, at) is None


# --- as stories come in --------------------------------------------------------------------------


def counted(
    tx: Transaction,
    story: int,
    article: Article,
    matches: Iterable[Match],
    matched_before: Container[str],
    kit: Kit,
) -> int:
    """Count a story for the rules that it meets for the first time; how many alerts that raises."""
    now, raised = kit.clock(), 0
    for match in matches:
        rule = kit.held.rules[match.rule]
        if rule.volume is None or rule.id in matched_before:
            continue
        if counts_for(rule, article, now):
            volumes.add(tx, rule.id, definition(rule), story, now)
            raised += judged(tx, rule, rule.volume, kit)
    return raised


def judged(tx: Transaction, rule: Rule, volume: Volume, kit: Kit) -> bool:
    """Hold a rule's condition against what was counted; whether that raised an alert.

    ``tx`` is exclusive: of two processes one sees that the condition begins to hold.
    """
    now, state = kit.clock(), volumes.state(tx, rule.id)
    if state is None or state.definition != definition(rule):
        return False  # its history is still to be counted
    verdict = verdict_on(tx, rule, volume, state, now)
    if verdict.waits is not None:
        return False
    calm = min(CALM, window(volume))
    episode, begins = course(state.episode, verdict.holds, now, calm)
    if episode != state.episode:
        volumes.record(tx, rule.id, replace(state, episode=episode))
    if begins:
        _tell(tx, rule, volume, verdict, kit)
    return begins


def verdict_on(
    tx: Transaction, rule: Rule, volume: Volume, state: volumes.Judged, now: datetime
) -> Verdict:
    known = volumes.counts(tx, rule.id, state, now, window(volume), reach(volume))
    return judge(volume, known, now, is_day_off)


def _tell(tx: Transaction, rule: Rule, volume: Volume, verdict: Verdict, kit: Kit) -> None:
    now = kit.clock()
    silent = volume.kind is VolumeKind.SILENCE
    most = BEFORE_SILENCE if silent else min(verdict.number, MOST_TOLD)
    said = {
        "kind": volume.kind.value,
        "condition": written(volume),
        "number": verdict.number,
        "expected": verdict.expected,
        "since": verdict.since.isoformat(),
        "more": 0 if silent else verdict.number - most,
    }
    withheld = silences.why(tx, rule.id, now)
    volumes.write_alert(
        tx,
        rule,
        told(volume, verdict, now),
        said,
        volumes.newest(tx, rule.id, definition(rule), now, most),
        now,
        ways_=() if withheld else ways_of(tx, rule, kit),
        withheld=withheld,
    )


# --- on a schedule -------------------------------------------------------------------------------


def judge_all(kit: Kit) -> int:
    """Judge all such rules, each in a transaction of its own; how many alerts that raised.

    Call it in a thread. Raises StoreError.
    """
    prepare(kit.store, kit.held.rules, kit.held.rules.concepts, kit.clock())
    raised = 0
    for rule in with_volume(kit.held.rules).values():
        with kit.store.write(exclusive=True) as tx:
            if rule.volume is not None:
                raised += judged(tx, rule, rule.volume, kit)
            volumes.let_go(tx, rule.id, kit.clock())
    return raised


def prepare(
    store: Store,
    rules: Iterable[Rule],
    concepts: Concepts,
    now: datetime,
    *,
    going: Callable[[], bool] = lambda: True,
) -> list[str]:
    """Count the stories of the archive for rules that are new, or not as they were; their ids.

    Two that do it at once do it twice, to the same end; one that is not ``going`` on has to begin
    anew. Raises StoreError.
    """
    every = with_volume(rules)
    for at in (now - KNOW_DAYS, now) if every else ():
        is_day_off(at.date())  # the calendars are slow to load: not while others wait
    with store.read() as tx:
        waiting = [rule for rule in every.values() if not _is_ready(tx, rule)]
        wanted = now - max((_back(rule) for rule in waiting), default=timedelta())
        known = volumes.known_since(tx, wanted, now) if waiting else now
    if not waiting:
        return []
    by_id = with_volume(waiting)
    for batch in _found(store, RuleSet.compile(waiting, concepts), by_id, known):
        if not going():
            return []
        with store.write(durable=False) as tx:
            for rule_id, story, at in batch:
                volumes.add(tx, rule_id, definition(by_id[rule_id]), story, at)
    with store.write(exclusive=True) as tx:
        for rule_id, rule in by_id.items():
            if not _is_ready(tx, rule):
                volumes.finish(tx, rule_id, definition(rule), max(known, now - _back(rule)))
    log.info("counted the stories of the archive for %s", ", ".join(by_id))
    return list(by_id)


def _is_ready(tx: Transaction, rule: Rule) -> bool:
    state = volumes.state(tx, rule.id)
    return state is not None and state.definition == definition(rule)


def _back(rule: Rule) -> timedelta:
    return timedelta() if rule.volume is None else reach(rule.volume)


Found = tuple[str, int, datetime]  # a rule, a story that it counts, and when that came


def _found(
    store: Store, rules: RuleSet, by_id: dict[str, Rule], since: datetime
) -> Iterator[Sequence[Found]]:
    """What rules count of the archive since a time, in batches."""
    after = 0
    while True:
        with store.read() as tx:
            batch = stories.some(tx, since, after=after, limit=BATCH)
            old = volumes.at_first_looks(tx, [story.id for story in batch])
        if not batch:
            return
        after = batch[-1].id
        yield [
            (match.rule, story.id, story.first_seen_at)
            for story in batch
            if story.id not in old
            for match in rules.match(story.article)
            if counts_for(by_id[match.rule], story.article, story.first_seen_at)
        ]
