"""Stories that are filed one by one, and rules that count them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from monitor.match import RuleSet
from monitor.models import Rule, VolumeKind
from monitor.pipeline import volumes as judging
from monitor.pipeline.kit import Held
from monitor.store import Store, overview, sources, tables, volumes
from monitor.store.overview import VolumeRow
from monitor.store.sources import Watched
from monitor.volume import parse_volume
from tests.builders import Clock, rule
from tests.pipeline.test_spread import Wire

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def counting(text: str = ">= 3 in 24h", name: str = "trains", **changes: Any) -> Rule:
    said = {"channels": ("mail",), "query": "train", "max_age": None} | changes
    return rule(name, **said, volume=parse_volume(VolumeKind.COUNT, text))


def spiking(**changes: Any) -> Rule:
    said = {"channels": ("mail",), "query": "train"} | changes
    return rule("trains", **said, volume=parse_volume(VolumeKind.SPIKE, "3x over 28d"))


def silent(text: str = "none for 5d") -> Rule:
    volume = parse_volume(VolumeKind.SILENCE, text)
    return rule("trains", "train", channels=("mail",), volume=volume)


class Desk(Wire):
    """Stories that are filed one by one, and rules that count them."""

    def __init__(self, store: Store, clock: Clock, *rules: Rule) -> None:
        super().__init__(store, clock, rules)
        self.number = 0
        judging.judge_all(self.kit)  # as the service does when it starts

    def take(self, *rules: Rule) -> None:
        """Other rules from now on."""
        self.kit.in_force.now = Held(RuleSet.compile(rules), RuleSet.compile([]), None)

    def story(self, number: int = 1, **changes: Any) -> int:
        """So many stories of trains, a minute apart; how many alerts that raises."""
        alerts = 0
        for _ in range(number):
            self.number += 1
            said = {"title": f"Train {self.number}", "body": (f"No. {self.number}",)} | changes
            alerts += self.carry("a.example", path=str(self.number), **said)[1]
        return alerts

    def first_look(self) -> None:
        """At a source that shows a story then."""
        self.story(baseline=True)
        with self.store.write() as tx:
            sources.watch(tx, {"a": Watched("https://a.example/feed", "d")})
            seen = select(tables.links.c.seen_at).scalar_subquery()
            tx.execute(update(tables.sources).values(baseline_at=seen))

    def days(self, number: int, each: int = 1) -> int:
        """So many days pass, with stories on each; how many alerts that raises."""
        alerts = 0
        for _ in range(number):
            self.clock.pass_(hours=24 - each / 60)
            alerts += self.story(each) + self.judge()
        return alerts

    def judge(self) -> int:
        return judging.judge_all(self.kit)

    def told(self) -> list[VolumeRow]:
        """The oldest first."""
        with self.store.read() as tx:
            return overview.list_volumes(tx)[::-1]

    def reasons(self) -> list[str]:
        return [one.told.reason for one in self.told()]

    def counted(self, name: str = "trains") -> Sequence[datetime]:
        with self.store.read() as tx:
            state = volumes.state(tx, name)
            assert state is not None
            return volumes.times(tx, name, state.definition, self.clock() - 400 * DAY)
