"""From matches to alerts, and the ids under which they go out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert import Alert, delivery_id, route, unalerted
from monitor.models import Change, ChangeKind, Match, Rule, StoryKind
from tests.builders import rule

NEW = Change(ChangeKind.NEW, "not seen before")
SAME = Change(ChangeKind.SAME, "the same words", 7)
COPY = Change(ChangeKind.COPY, "carries the wire story of a.example", 7)
REVISED = Change(ChangeKind.REVISED, "title changed", 7)

RAILWAY, DEBT, QUIET = rule("railway"), rule("debt"), rule("quiet", corrections=False)
RULES = (RAILWAY, DEBT, QUIET)


def alerts(
    change: Change,
    *matched: Rule,
    baseline: bool = False,
    before: tuple[Rule, ...] = (),
    alerted: tuple[Rule, ...] = (),
) -> list[tuple[str, str, bool]]:
    routed = route(
        change,
        [Match(one.id, ()) for one in matched],
        RULES,
        baseline=baseline,
        matched_before={one.id for one in before},
        alerted_before={one.id for one in alerted},
    )
    return [(alert.rule.id, alert.reason, alert.correction) for alert in routed]


FIRST = ("railway", "new story", False)
ONLY_NOW = ("railway", "matches only now: title changed", False)
CARRIED = ("railway", "matches only now: carries the wire story of a.example", False)
CORRECTED = ("railway", "corrected: title changed", True)


@pytest.mark.parametrize(
    ("change", "before", "alerted", "expected"),
    [
        (NEW, (), (), [FIRST]),
        (SAME, (), (), []),
        (SAME, (RAILWAY,), (RAILWAY,), []),
        (COPY, (), (), [CARRIED]),
        (COPY, (RAILWAY,), (RAILWAY,), []),
        (COPY, (RAILWAY,), (), []),
        (REVISED, (), (), [ONLY_NOW]),
        (REVISED, (DEBT,), (DEBT,), [ONLY_NOW]),
        (REVISED, (RAILWAY,), (RAILWAY,), [CORRECTED]),
        (REVISED, (RAILWAY,), (), []),  # matched at the first look, when nobody was told
    ],
)
def test_who_hears_of_what(
    change: Change,
    before: tuple[Rule, ...],
    alerted: tuple[Rule, ...],
    expected: list[tuple[str, str, bool]],
) -> None:
    assert alerts(change, RAILWAY, before=before, alerted=alerted) == expected
    assert alerts(change, RAILWAY, baseline=True, before=before, alerted=alerted) == []
    assert alerts(change, before=before, alerted=alerted) == [], "nothing matches"


def test_a_rule_may_decline_corrections() -> None:
    assert alerts(REVISED, QUIET, before=(QUIET,), alerted=(QUIET,)) == []
    assert alerts(REVISED, QUIET) == [("quiet", "matches only now: title changed", False)]


def test_alerts_come_in_the_order_of_the_matches_with_their_rule_and_match() -> None:
    found = [Match("debt", ()), Match("railway", ())]
    routed = route(NEW, found, RULES, baseline=False, matched_before=(), alerted_before=())
    assert routed == [Alert(DEBT, found[0], "new story"), Alert(RAILWAY, found[1], "new story")]


some_rules = st.sets(st.sampled_from(RULES), max_size=3)


@given(
    st.sampled_from([NEW, SAME, COPY, REVISED]), some_rules, some_rules, some_rules, st.booleans()
)
def test_nobody_is_told_twice_or_for_nothing(
    change: Change, matched: set[Rule], before: set[Rule], alerted: set[Rule], baseline: bool
) -> None:
    told = alerts(
        change,
        *matched,
        baseline=baseline,
        before=tuple(before | alerted),
        alerted=tuple(alerted),
    )
    assert len({name for name, _, _ in told}) == len(told)
    for name, reason, correction in told:
        assert name in {one.id for one in matched}
        assert reason
        assert correction == (name in {one.id for one in alerted})
        assert not correction or change.kind is ChangeKind.REVISED


class TestDeliveryId:
    def test_never_changes(self) -> None:
        """A receiver drops repeats by it: the same in every process and version."""
        assert delivery_id("railway", "https://laostimes.example/1", 1, "mail") == (
            "msg_508d62fb90f24071d6e991330bd3bb3f"
        )

    @given(st.text(), st.text(), st.integers(1), st.text())
    def test_fits_a_header_whatever_it_is_made_of(
        self, name: str, key: str, revision: int, channel: str
    ) -> None:
        made = delivery_id(name, key, revision, channel)
        assert re.fullmatch(r"msg_[0-9a-f]{32}", made)
        assert made == delivery_id(name, key, revision, channel)

    def test_differs_for_whatever_is_another_message(self) -> None:
        first = ("railway", "https://laostimes.example/1", 1, "mail")
        others = {
            delivery_id(*first),
            delivery_id("debt", *first[1:]),
            delivery_id("railway", "https://laostimes.example/2", 1, "mail"),
            delivery_id(*first[:2], 2, "mail"),
            delivery_id(*first[:3], "hook"),
        }
        assert len(others) == 5

    def test_a_lone_surrogate_in_an_address_breaks_nothing(self) -> None:
        assert delivery_id("a", "https://x.example/\ud800", 1, "mail").startswith("msg_")


@pytest.mark.parametrize("kind", StoryKind)
def test_only_a_plain_story_alerts(kind: StoryKind) -> None:
    matches = [Match(RAILWAY.id, ())]
    nobody: set[str] = set()
    found = route(
        NEW, matches, RULES, baseline=False, matched_before=nobody, alerted_before=nobody, kind=kind
    )
    assert bool(found) is (unalerted(kind) is None) is (kind is StoryKind.STORY)
