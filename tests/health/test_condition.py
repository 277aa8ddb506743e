"""Who is told, and how often: once when a source falls ill, once when it recovers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.health import Condition, Due, Limits, Signs, judge
from monitor.health.condition import BETTER, RELAPSE
from monitor.models import Health
from tests.builders import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LIMITS = Limits(failures=4, max_age=30 * DAY)

# Looks, an hour apart: one letter each.
GOOD, FAILS, CHALLENGED, GONE, OLD = "·", "x", "?", "!", "o"
KINDS = GOOD + FAILS + CHALLENGED + GONE + OLD


@dataclass
class Patient:
    """A source that is looked at."""

    condition: Condition = Condition()  # noqa: RUF009 - frozen
    now: datetime = NOW
    failures: int = 0

    def look(self, kind: str) -> Due | None:
        self.now += HOUR
        self.failures = self.failures + 1 if kind in FAILS + CHALLENGED + GONE else 0
        signs = Signs(
            source="kpl",
            now=self.now,
            failures=self.failures,
            error="x.example: timed out",
            challenge="Anubis" if kind == CHALLENGED else None,
            gone=kind == GONE,
            newest=date(2018, 1, 31) if kind == OLD else self.now.date(),
        )
        self.condition, due = judge(self.condition, signs, LIMITS)
        return due

    def looks(self, kinds: Iterable[str]) -> list[Due]:
        return [due for kind in kinds if (due := self.look(kind))]


def told(kinds: Iterable[str]) -> list[str]:
    """What the owners hear: ``failing``, ``failing over`` …"""
    heard = Patient().looks(kinds)
    return [f"{due.health}{' over' if due.recovered else ''}" for due in heard]


# --- one illness ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kinds", "heard"),
    [
        ("·····", []),
        ("xxx·xxx·xxx·", []),
        ("·xxxx", ["failing"]),
        ("·xxxxxxxxxx", ["failing"]),
        ("·xxxxx·····", ["failing", "failing over"]),
        ("·?", []),
        ("·??", ["challenged"]),
        ("·x?", ["challenged"]),
        ("·??????·", ["challenged", "challenged over"]),
        ("·!!!", ["gone"]),
        ("·!·", ["gone", "gone over"]),
        ("·o", ["frozen"]),
        ("·ooo·", ["frozen", "frozen over"]),
    ],
)
def test_one_word_when_it_falls_ill_and_one_when_it_recovers(kinds: str, heard: list[str]) -> None:
    assert told(kinds) == heard


@pytest.mark.parametrize(
    ("kinds", "heard"),
    [
        ("xxxx????ooooxxxx", ["failing"]),
        ("ooooxxxx·", ["frozen", "frozen over"]),
        ("xxxx!", ["failing", "gone"]),
        ("xxxx!!!xxxxx!!!", ["failing", "gone"]),
        ("??!xxxx·", ["challenged", "gone", "gone over"]),
    ],
)
def test_what_else_it_comes_down_with_is_not_told_unless_it_is_gone(
    kinds: str, heard: list[str]
) -> None:
    assert told(kinds) == heard


def test_what_is_told_says_since_when_and_what() -> None:
    patient = Patient()
    ill, well = patient.looks("·xxxxoo·")
    assert ill == Due(
        Health.FAILING,
        recovered=False,
        detail="failed 4 times in a row: x.example: timed out; try: monitor source try kpl",
        since=NOW + 5 * HOUR,
    )
    assert well == Due(Health.FAILING, recovered=True, detail="answers again", since=ill.since)
    assert patient.condition == Condition(since=patient.now, recovered_at=patient.now)


def test_the_condition_says_what_it_has_now() -> None:
    patient = Patient()
    patient.looks("·xxxx")
    assert (patient.condition.health, patient.condition.since) == (Health.FAILING, patient.now)
    patient.looks("oo")
    assert (patient.condition.health, patient.condition.told) == (Health.FROZEN, Health.FAILING)
    assert patient.condition.since == patient.now - HOUR
    assert "2018-01-31" in patient.condition.detail


def test_a_look_too_few_changes_nothing() -> None:
    patient = Patient()
    patient.look(GOOD)
    before = patient.condition
    assert patient.looks("xxx") == []
    assert patient.condition == before


def test_a_healthy_source_stays_the_same_value() -> None:
    patient = Patient()
    patient.look(GOOD)
    before = patient.condition
    patient.looks(GOOD * 5)
    assert patient.condition == before, "nothing to write down"


def test_every_illness_has_its_words_of_recovery() -> None:
    assert BETTER.keys() == set(Health) - {Health.OK}


# --- one that comes and goes ---------------------------------------------------------------------

SPELL = "xxxx·"


def test_a_relapse_is_told_once_and_its_end_after_a_day_without_one() -> None:
    first = ["failing", "failing over", "failing"]
    assert told(SPELL * 2) == first
    assert told(SPELL * 100) == first
    assert told(SPELL * 100 + GOOD * 23) == first
    assert told(SPELL * 100 + GOOD * 24) == [*first, "failing over"]


def test_another_illness_after_a_good_day_is_told_as_the_first_was() -> None:
    once = ["failing", "failing over"]
    assert told((SPELL + GOOD * 24) * 3) == once * 3


@given(st.text(KINDS, max_size=150))
def test_words_alternate_and_tell_the_truth(kinds: str) -> None:
    heard = Patient().looks(kinds)
    for before, after in pairwise(heard):
        assert before.recovered != after.recovered or (
            after.health is Health.GONE is not before.health and not after.recovered
        )
    assert not heard or not heard[0].recovered
    patient = Patient()
    for kind in kinds:
        due = patient.look(kind)
        condition = patient.condition
        assert (condition.told is None) == (condition.ill_since is None)
        if condition.health is not Health.OK:
            assert condition.told is not None, "its owners know"
        if due is not None:
            assert due.recovered == (condition.health is Health.OK)


@given(st.text(KINDS.replace(GONE, ""), max_size=300))
def test_it_rings_at_most_four_times_a_day(kinds: str) -> None:
    """Ill, well, ill again, and well after a day: a further illness begins a day later."""
    patient = Patient()
    rings = [patient.now for kind in kinds if patient.look(kind)]
    days = len(kinds) * HOUR / RELAPSE
    assert len(rings) <= 3 * (days + 1)


def looked(kinds: Sequence[str]) -> Condition:
    patient = Patient()
    patient.looks(kinds)
    return patient.condition


@given(st.text(KINDS, max_size=60))
def test_what_is_kept_comes_back(kinds: str) -> None:
    condition = looked(kinds)
    assert Condition.from_json(json.loads(json.dumps(condition.to_json()))) == condition


@pytest.mark.parametrize("kept", [None, "", 7, [], {"health": "fine"}, {"since": "yesterday"}])
def test_damage_is_as_good_as_good_health(kept: object) -> None:
    assert Condition.from_json(kept) == Condition()


def test_a_clock_that_was_set_back_does_no_harm() -> None:
    patient = Patient()
    patient.looks(SPELL * 2)
    patient.now -= 10 * DAY
    assert patient.looks(GOOD * 3) == []
    patient.condition = replace(patient.condition, since=None)
    assert patient.look(GOOD) is None
