"""Every store: the state of sources, which are due, and who has one in hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.models import Health, SourceState, Validators
from monitor.store import Store, sources
from monitor.store.sources import Watched
from tests.builders import NOW
from tests.contracts.race import race

SOURCE, URL = "laostimes", "https://laostimes.example/feed"
LEASE = timedelta(minutes=10)
NEXT = NOW + timedelta(hours=1)
SEEN = Validators('"abc"', "Fri, 20 Nov 2026 08:00:00 GMT")
KNOWN = SourceState(
    SOURCE,
    SEEN,
    body_digest="d" * 32,
    checked_at=NOW,
    succeeded_at=NOW,
    baseline_at=NOW,
    next_at=NEXT,
    why="every 1h",
    pages_at=NEXT,
    failures=2,
    links=3,
    kept_out=["0a1b2c3d"],
    error="answers 500",
    moved_to="https://laostimes.example/rss",
    moved_times=4,
    newest_at=NOW,
    new_at=NOW,
    rhythm={"hours": [0.5]},
    extraction={"usual": 900},
    health=Health.FAILING,
    condition={"told": "failing"},
)


def watch(store: Store, *names: str, url: str = URL, definition: str = "d1") -> None:
    with store.write() as tx:
        sources.watch(tx, {name: Watched(url, definition) for name in names or (SOURCE,)})


def record(store: Store, *states: SourceState, keep: bool = False) -> None:
    with store.write() as tx:
        until = {state.id: NOW + LEASE for state in states} if keep else {}
        sources.record(tx, states, keep_until=until)


def claim(store: Store, after: timedelta = timedelta(), limit: int | None = None) -> list[str]:
    """The ids of what was due."""
    with store.write() as tx:
        return [state.id for state in sources.claim(tx, NOW + after, LEASE, limit=limit)]


def state(store: Store, name: str = SOURCE) -> SourceState:
    with store.read() as tx:
        found = sources.state(tx, name)
    assert found is not None
    return found


# --- what is known -------------------------------------------------------------------------------


def test_what_did_not_change_is_not_written(store: Store) -> None:
    watch(store)
    record(store, KNOWN)
    stale = replace(KNOWN, rhythm={"hours": [0.1]}, why="as another task had it")
    after = replace(stale, failures=0, error=None, validators=Validators("new"))
    with store.write() as tx:
        sources.record(tx, [after], keep_until={}, before=[stale])
    assert state(store) == replace(KNOWN, failures=0, error=None, validators=Validators("new")), (
        "rhythm and why as they stood"
    )


def test_a_source_nobody_has_looked_at(store: Store) -> None:
    with store.read() as tx:
        assert sources.state(tx, SOURCE) is None
    watch(store)
    assert state(store) == SourceState(SOURCE)


def test_whatever_is_known_comes_back_as_it_was_written(store: Store) -> None:
    watch(store, SOURCE, "other")
    record(store, KNOWN, SourceState("other"))
    assert state(store) == KNOWN
    with store.read() as tx:
        assert sources.states(tx) == {SOURCE: KNOWN, "other": SourceState("other")}


def test_a_changed_address_starts_anew_but_what_was_seen_stays_known(store: Store) -> None:
    watch(store)
    record(store, KNOWN)
    watch(store)
    assert state(store) == KNOWN
    watch(store, url=URL + "/new")
    moved = state(store)
    assert (moved.validators, moved.body_digest, moved.next_at) == (Validators(), None, None)
    assert (moved.health, moved.condition, moved.moved_to) == (Health.OK, None, None)
    assert (moved.baseline_at, moved.succeeded_at) == (None, KNOWN.succeeded_at)
    assert moved.rhythm == KNOWN.rhythm


def test_another_definition_is_read_anew_at_the_next_look(store: Store) -> None:
    watch(store)
    record(store, KNOWN)
    watch(store, definition="d2")
    assert state(store) == replace(KNOWN, validators=Validators(), body_digest=None)


def test_a_row_of_old_keeps_its_validators(store: Store) -> None:
    """It comes from a time when definitions were not written down."""
    watch(store)
    record(store, KNOWN)
    with store.write() as tx:
        tx.exec_driver_sql("UPDATE sources SET definition = NULL")
    watch(store)
    assert state(store) == KNOWN
    watch(store, definition="d2")
    assert state(store).validators == Validators()


# --- which are due -------------------------------------------------------------------------------


def test_what_is_due_is_taken_longest_overdue_first_up_to_the_limit(store: Store) -> None:
    watch(store, "a", "b", "c", "new")
    for name, minutes in (("a", 2), ("b", 1), ("c", 30)):
        record(store, SourceState(name, next_at=NOW + timedelta(minutes=minutes)))
    later = timedelta(minutes=5)
    with store.read() as tx:
        assert sources.due(tx, NOW + later) == ["b", "a", "new"]
    assert claim(store, later, limit=2) == ["b", "a"]
    assert claim(store, later) == ["new"]
    assert claim(store, later) == []


def test_a_page_that_wants_to_be_read_makes_its_source_due(store: Store) -> None:
    watch(store)
    record(store, replace(KNOWN, next_at=NEXT, pages_at=NOW))
    assert claim(store) == [SOURCE]


def test_what_is_no_longer_watched_is_not_due(store: Store) -> None:
    watch(store, "a", "b")
    watch(store, "b")
    with store.read() as tx:
        assert sources.due(tx, NOW) == ["b"]
    assert claim(store) == ["b"]


def test_named_sources_are_taken_due_or_not(store: Store) -> None:
    watch(store, SOURCE, "other")
    record(store, KNOWN)
    with store.write() as tx:
        assert sources.claim(tx, NOW, LEASE, among=[SOURCE, "unknown"]) == [KNOWN]


def test_when_the_next_is_due(store: Store) -> None:
    def next_due(after: timedelta = timedelta()) -> object:
        with store.read() as tx:
            return sources.next_due(tx, NOW + after)

    assert next_due() is None
    watch(store, "a", "b")
    assert next_due() == NOW, "nobody has looked at them yet"
    record(store, SourceState("a", next_at=NEXT), SourceState("b", next_at=NEXT))
    assert next_due() == NEXT
    record(store, SourceState("b", next_at=NEXT, pages_at=NEXT - LEASE))
    assert next_due() == NEXT - LEASE
    assert claim(store, NEXT - LEASE - NOW) == ["b"]
    assert next_due(NEXT - LEASE - NOW) == NEXT, "somebody has b in hand"


def test_a_clock_that_was_ahead_and_is_put_right_holds_nothing_up(store: Store) -> None:
    later = timedelta(days=900)
    watch(store, "a", "b", "c")
    assert claim(store, later, limit=1) == ["a"]
    at = NOW + later
    ahead = SourceState("b", checked_at=at, next_at=at, pages_at=at)
    record(store, ahead, SourceState("c", checked_at=NOW, next_at=NEXT))
    with store.read() as tx:
        assert sources.next_due(tx, NOW) == NOW
        assert sources.due(tx, NOW) == ["a", "b"]
    assert claim(store) == ["a", "b"]


def test_clocks_of_two_machines_may_differ_a_little(store: Store) -> None:
    watch(store)
    record(store, SourceState(SOURCE, checked_at=NOW + timedelta(minutes=1), next_at=NEXT))
    assert claim(store) == []


# --- who has one in hand -------------------------------------------------------------------------


def test_a_claimed_source_is_left_to_its_claimant(store: Store) -> None:
    watch(store)
    assert claim(store) == [SOURCE]
    assert claim(store) == []


def test_what_is_recorded_is_put_back_unless_it_is_kept(store: Store) -> None:
    watch(store)
    claim(store)
    record(store, SourceState(SOURCE), keep=True)
    assert claim(store) == []
    record(store, SourceState(SOURCE))
    assert claim(store) == [SOURCE]


def test_a_source_put_back_can_be_claimed(store: Store) -> None:
    watch(store)
    claim(store)
    with store.write() as tx:
        sources.release(tx, SOURCE)
    assert claim(store) == [SOURCE]


def test_a_lease_that_ran_out_is_claimed_again(store: Store) -> None:
    watch(store)
    claim(store)
    assert claim(store, LEASE) == [SOURCE]


def test_a_renewed_lease_holds(store: Store) -> None:
    watch(store)
    claim(store)
    with store.write() as tx:
        sources.renew(tx, SOURCE, NOW + LEASE / 2, LEASE)
    assert claim(store, LEASE) == []


def test_a_source_put_back_is_not_renewed_by_work_that_ends_late(store: Store) -> None:
    watch(store)
    claim(store)
    with store.write() as tx:
        sources.release(tx, SOURCE)
        sources.renew(tx, SOURCE, NOW, LEASE)
    assert claim(store) == [SOURCE]


def test_a_fault_of_our_own_puts_a_source_off(store: Store) -> None:
    watch(store)
    claim(store)
    with store.write() as tx:
        sources.put_off(tx, SOURCE, NEXT, "the monitor broke on it")
    assert claim(store) == []
    after = state(store)
    assert (after.next_at, after.error) == (NEXT, "the monitor broke on it")


def test_of_many_claimants_one_wins(store: Store) -> None:
    watch(store)
    won = race(4, lambda _: claim(store))
    assert sorted(won) == [[], [], [], [SOURCE]]


def test_two_processes_may_register_a_source_at_once(store: Store) -> None:
    race(4, lambda _: watch(store))
    assert state(store) == SourceState(SOURCE)


def test_more_sources_than_one_statement_can_name(store: Store) -> None:
    names = [f"s{number}" for number in range(2_500)]
    watch(store, *names)
    assert len(claim(store)) == len(names)
