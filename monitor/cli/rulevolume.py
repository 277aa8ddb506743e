"""``monitor rule volume``, and what other commands say of rules on how many stories come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Annotated, Any

import typer

from monitor import app as house
from monitor.cli.common import AsJson, Context
from monitor.cli.ruleshow import tell
from monitor.cli.show import cell, out, show_json, show_rows
from monitor.errors import NotFoundError
from monitor.match import Concepts
from monitor.models import Rule, Volume, VolumeKind
from monitor.pipeline import volumes as judging
from monitor.rhythm import is_day_off
from monitor.store import Store, Transaction, volumes
from monitor.store.sources import parts
from monitor.store.stories import Story
from monitor.volume import (
    ALLOWED,
    History,
    Verdict,
    figure,
    parse_volume,
    past_alerts,
    past_days,
    reach,
    told,
    written,
)

_AT_ONCE = 500  # stories that are asked for in one query
Record = dict[str, Any]


def in_file(volume: Volume) -> str:
    """``spike: 3x over 28d``, as it stands in the file."""
    return f"{volume.kind.value}: {written(volume)}"


def read_condition(text: str) -> Volume:
    """``spike: 3x over 28d``. Raises typer.BadParameter."""
    kind, _, condition = text.partition(":")
    try:
        return parse_volume(VolumeKind(kind.strip()), condition.strip())
    except ValueError as error:
        allowed = ", ".join(f"{kind.value}: {form}" for kind, form in ALLOWED.items())
        raise typer.BadParameter(f"{text!r}, allowed: {allowed}") from error


class Counting:
    """The stories that a rule counts, each once, as they are read from the archive."""

    def __init__(self, rule: Rule, volume: Volume) -> None:
        self.rule, self.volume = rule, volume
        self.alerts: list[tuple[datetime, str]] = []  # what it would have raised
        self._first: dict[int, datetime] = {}  # by the first telling

    def add(self, story: Story) -> None:
        if judging.counts_for(self.rule, story.article, story.first_seen_at):
            family = story.copy_of or story.id
            at = min(self._first.get(family, story.first_seen_at), story.first_seen_at)
            self._first[family] = at

    def judge(self, tx: Transaction, since: datetime | None) -> None:
        """Find out when the rule would have raised alerts, of the time since then."""
        now, old = house.utc_now(), set[int]()
        for some in parts(list(self._first), _AT_ONCE):
            old |= volumes.at_first_looks(tx, some)
        times = [at for story, at in self._first.items() if story not in old]
        known = volumes.known_since(tx, since or now - volumes.KEPT, now)
        self.alerts = list(past_alerts(self.volume, History.of(times, known), now, is_day_off))

    def record(self) -> Record:
        alerts = [{"at": at, "reason": reason} for at, reason in self.alerts]
        return {"condition": in_file(self.volume), "alerts": alerts}

    def show(self, name: str) -> None:
        number = len(self.alerts)
        tell(
            f"{name} would have alerted {number} {'time' if number == 1 else 'times'}"
            f" ({in_file(self.volume)}){':' if number else '.'}",
            "bold",
        )
        for at, reason in self.alerts:
            tell(f"  {cell(at)}  {reason}")


def judge(called: Context, every: Iterable[Counting], since: datetime | None) -> None:
    """Find out when rules would have raised alerts. Raises ConfigError and StoreError."""
    if counting := list(every):
        with called.store() as store, store.read() as tx:
            for one in counting:
                one.judge(tx, since)


def volume(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(help="Its id in rules.yaml.")],
    days: Annotated[int, typer.Option(min=1, max=400, help="The last so many.")] = 28,
    as_json: AsJson = False,
) -> None:
    """Show how many stories a rule with spike, silence or count found each day, how many were
    expected, and whether its condition holds.

    Days are those of UTC: in China and Laos they begin at eight and at seven in the morning.

    Examples: monitor rule volume railway-spike, monitor rule volume railway-spike --days 60
    """
    called = context.ensure_object(Context)
    config = called.config()
    one, condition = _rule(config.rules, rule)
    with called.store() as store:
        record = _record(store, one, condition, config.concepts, days)
    if as_json:
        show_json(record)
        return
    tell(f"{one.label}, {record['condition']}", "bold")
    tell(record["verdict"])
    out.print()
    columns = ["day", "kind", "stories", "expected"]
    rows = [day | {"expected": _shown(day["expected"])} for day in record["days"]]
    show_rows(rows, columns, as_json=False, empty="No day is known.")


def _rule(rules: tuple[Rule, ...], name: str) -> tuple[Rule, Volume]:
    """Raises NotFoundError."""
    by_id = {rule.id: rule for rule in rules if rule.volume is not None}
    found = by_id.get(name)
    if found is None or found.volume is None:
        close = get_close_matches(name, by_id, n=1)
        guess = f"did you mean {close[0]}?" if close else "see `monitor rule list`"
        raise NotFoundError(f"no rule {name!r} with spike, silence or count is in force: {guess}")
    return found, found.volume


def _record(store: Store, rule: Rule, volume: Volume, concepts: Concepts, days: int) -> Record:
    now = house.utc_now()
    judging.prepare(store, [rule], concepts, now)
    with store.read() as tx:
        state = volumes.state(tx, rule.id)
        if state is None:
            raise NotFoundError(f"the stories of {rule.id} are not counted: try again")
        verdict = judging.verdict_on(tx, rule, volume, state, now)
        since = now - max(reach(volume), timedelta(days=days)) - timedelta(days=1)
        times = volumes.times(tx, rule.id, state.definition, since)
    history = History.of(times, max(state.known_since, since))
    return {
        "rule": rule.id,
        "condition": in_file(volume),
        "verdict": _said(volume, verdict, now),
        "holds": None if verdict.waits else verdict.holds,
        "number": verdict.number,
        "expected": verdict.expected,
        "since": verdict.since,
        "known_since": state.known_since,
        "told_at": state.episode.since,
        "days": list(_days(history, reach(volume), days, now)),
    }


def _said(volume: Volume, verdict: Verdict, now: datetime) -> str:
    if verdict.waits:
        return f"cannot be judged yet: {verdict.waits}"
    return f"{'holds' if verdict.holds else 'does not hold'}: {told(volume, verdict, now)}"


def _days(history: History, back: timedelta, number: int, now: datetime) -> Iterator[Record]:
    for past in past_days(history, back, number, now, is_day_off):
        yield {
            "day": past.day.isoformat(),
            "kind": "day off" if past.off else "working day",
            "stories": past.stories,
            "expected": past.expected,
        }


def _shown(expected: float | None) -> str | None:
    return None if expected is None else figure(expected)
