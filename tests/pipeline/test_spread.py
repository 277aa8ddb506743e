"""A wire story spreads from site to site: rules that ask how many carry it alert in time, once."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import update

from monitor import dedupe
from monitor.app import make_kit
from monitor.discover import FeedSource
from monitor.match import NO_CONCEPTS, RuleSet, that_count
from monitor.models import Announced, ChangeKind, Rule, StoryKind
from monitor.pipeline.kit import Held, InForce, Kit
from monitor.pipeline.pages import file_story
from monitor.settings import MonitorFile
from monitor.store import Store, links, overview, tables
from tests.builders import Clock, article, link, rule
from tests.contracts.race import race
from tests.contracts.test_stories import LONG
from tests.fetch.tools import make_fetcher

TRAIN = rule("train", "train")
THREE = rule("three", "train AND carried >= 3")


class Wire:
    """One story, filed for site after site."""

    def __init__(self, store: Store, clock: Clock, rules: tuple[Rule, ...]) -> None:
        self.store, self.clock = store, clock
        self.kit = self.make_kit(rules)

    def make_kit(self, rules: tuple[Rule, ...]) -> Kit:
        return make_kit(
            store=self.store,
            fetcher=make_fetcher(),
            in_force=InForce(Held(RuleSet.compile(rules), that_count(rules, NO_CONCEPTS), None)),
            profiles={},
            settings=MonitorFile(),
            clock=self.clock,
            rng=random.Random(7),
        )

    def carry(
        self, site: str, *, path: str = "1", baseline: bool = False, **changes: Any
    ) -> tuple[ChangeKind, int]:
        """What a site's telling is, and how many alerts it raises."""
        url = f"https://{site}/{path}"
        told = {"url": url, "site": site, "body": LONG, "language": "en"} | changes
        source = FeedSource(id=site.partition(".")[0], kind="feed", url=f"https://{site}/feed")
        announced = link(url)
        key = dedupe.story_key(url)
        with self.store.write() as tx:
            new = Announced(source.id, key, announced, dedupe.fingerprint(announced), baseline)
            links.add(tx, [new], self.clock())
            tx.execute(
                update(tables.links).where(tables.links.c.key == key).values(status="pending")
            )
            (pending,) = [
                one for one in links.waiting(tx, source.id, self.clock(), 9) if one.key == key
            ]
        self.clock.pass_(minutes=1)
        filed = file_story(article(**told), pending, source, self.kit)
        return filed.change.kind, filed.alerts

    def alerts(self) -> list[tuple[str, str, str]]:
        """Rule, site and reason, the oldest first."""
        with self.store.read() as tx:
            listed = overview.list_alerts(tx)
        return [(one.rule, one.article.site, one.reason) for one in reversed(listed)]


def wire(store: Store, clock: Clock, *rules: Rule) -> Wire:
    return Wire(store, clock, rules)


async def test_a_rule_alerts_once_when_enough_sites_carry_the_story(
    store: Store, clock: Clock
) -> None:
    desk = wire(store, clock, TRAIN, THREE)
    assert desk.carry("a.example") == (ChangeKind.NEW, 1)
    assert desk.carry("b.example") == (ChangeKind.COPY, 0)
    assert desk.carry("c.example") == (ChangeKind.COPY, 1)
    assert desk.carry("d.example") == (ChangeKind.COPY, 0)
    assert desk.alerts() == [
        ("train", "a.example", "new story"),
        ("three", "a.example", "matches only now: carried by 3 sites"),
    ]


async def test_sites_that_carry_it_at_one_moment_are_told_of_once(
    store: Store, clock: Clock
) -> None:
    desk = wire(store, clock, TRAIN, THREE)
    desk.carry("a.example")
    kinds = race(4, lambda number: desk.carry(f"s{number}.example"))
    assert [kind for kind, _ in kinds] == [ChangeKind.COPY] * 4
    assert sorted(alerts for _, alerts in kinds) == [0, 0, 0, 1]
    assert [row[2] for row in desk.alerts()] == [
        "new story",
        "matches only now: carried by 3 sites",
    ]


async def test_the_same_site_twice_is_one_site(store: Store, clock: Clock) -> None:
    desk = wire(store, clock, rule("two", "train AND carried >= 2"))
    desk.carry("a.example")
    assert desk.carry("a.example", path="2") == (ChangeKind.COPY, 0)
    assert desk.carry("b.example") == (ChangeKind.COPY, 1)
    assert desk.carry("b.example", path="2") == (ChangeKind.COPY, 0)


async def test_the_telling_that_meets_a_rule_is_told(store: Store, clock: Clock) -> None:
    desk = wire(store, clock, rule("debt", "title:debt AND carried >= 3"))
    desk.carry("a.example")
    desk.carry("b.example", title="Of debt and a train")
    assert desk.carry("c.example") == (ChangeKind.COPY, 1)
    assert [row[:2] for row in desk.alerts()] == [("debt", "b.example")]


async def test_a_copy_that_alone_meets_a_rule_is_told(store: Store, clock: Clock) -> None:
    desk = wire(store, clock, rule("debt", "title:debt AND carried >= 2"))
    desk.carry("a.example")
    assert desk.carry("b.example", title="Of debt and a train") == (ChangeKind.COPY, 1)
    ((_, site, reason),) = desk.alerts()
    assert site == "b.example"
    assert reason.startswith("matches only now: carries the wire story of a.example")


async def test_a_correction_is_held_against_the_number_of_now(store: Store, clock: Clock) -> None:
    desk = wire(store, clock, THREE)
    for site in ("a.example", "b.example", "c.example"):
        desk.carry(site)
    assert desk.carry("a.example", title="Night train late") == (ChangeKind.REVISED, 1)
    assert desk.alerts()[-1][:2] == ("three", "a.example")
    assert desk.alerts()[-1][2].startswith("corrected: ")
    assert desk.carry("d.example") == (ChangeKind.COPY, 0)


async def test_a_rule_for_what_few_carry_says_nothing_later(store: Store, clock: Clock) -> None:
    desk = wire(store, clock, rule("scoop", "train AND carried < 2"))
    assert desk.carry("a.example") == (ChangeKind.NEW, 1)
    assert desk.carry("b.example") == (ChangeKind.COPY, 0)


async def test_a_first_look_alerts_nobody_and_the_next_site_does(
    store: Store, clock: Clock
) -> None:
    desk = wire(store, clock, THREE)
    desk.carry("a.example")
    desk.carry("b.example")
    assert desk.carry("c.example", baseline=True) == (ChangeKind.COPY, 0)
    assert desk.carry("d.example") == (ChangeKind.COPY, 1)
    assert desk.alerts() == [("three", "a.example", "matches only now: carried by 4 sites")]


@pytest.mark.parametrize("gallery", ["a.example", "c.example"])
async def test_of_what_is_no_plain_story_nobody_is_told(
    store: Store, clock: Clock, gallery: str
) -> None:
    """It counts as a site that carries the story all the same."""
    desk = wire(store, clock, THREE)
    for site in ("a.example", "b.example", "c.example"):
        desk.carry(site, kind=StoryKind.GALLERY if site == gallery else StoryKind.STORY)
    (alert,) = desk.alerts()
    assert alert[1] != gallery


async def test_a_text_that_was_let_go_is_not_held_again(store: Store, clock: Clock) -> None:
    desk = wire(store, clock, THREE)
    for site in ("a.example", "b.example"):
        desk.carry(site)
    with store.write() as tx:
        tx.exec_driver_sql("UPDATE stories SET pruned_at = changed_at")
    assert desk.carry("c.example") == (ChangeKind.COPY, 1)
    assert desk.alerts()[0][1] == "c.example"
