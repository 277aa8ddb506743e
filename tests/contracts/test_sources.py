"""Every store: the state of sources, and who has one in hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.models import SourceState, Validators
from monitor.store import Store, sources
from tests.builders import NOW
from tests.contracts.race import race

SOURCE, URL = "laostimes", "https://laostimes.example/feed"
LEASE = timedelta(minutes=10)
NEXT = NOW + timedelta(hours=1)
SEEN = Validators('"abc"', "Fri, 20 Nov 2026 08:00:00 GMT")


def register(store: Store, url: str = URL) -> None:
    with store.write() as tx:
        sources.register(tx, SOURCE, url)


def claim(store: Store, now: datetime = NOW) -> SourceState | None:
    with store.write() as tx:
        return sources.claim(tx, SOURCE, now, LEASE)


def state(store: Store) -> SourceState | None:
    with store.read() as tx:
        return sources.state(tx, SOURCE)


def succeed(store: Store, found: int | None = 3, validators: Validators = SEEN) -> None:
    with store.write() as tx:
        sources.succeeded(tx, SOURCE, NOW, NEXT, validators, found)


def test_a_source_nobody_has_looked_at(store: Store) -> None:
    assert state(store) is None
    register(store)
    assert state(store) == SourceState(SOURCE)


def test_a_look_that_worked(store: Store) -> None:
    register(store)
    succeed(store)
    seen = SourceState(
        SOURCE, SEEN, checked_at=NOW, succeeded_at=NOW, baseline_at=NOW, next_at=NEXT, links=3
    )
    assert state(store) == seen
    with store.read() as tx:
        assert sources.states(tx) == {SOURCE: seen}


def test_not_modified_keeps_what_the_last_full_look_found(store: Store) -> None:
    register(store)
    succeed(store)
    succeed(store, None, Validators('"def"'))
    now = state(store)
    assert now is not None
    assert (now.links, now.validators) == (3, Validators('"def"'))


def test_failures_count_in_a_row_and_keep_the_validators(store: Store) -> None:
    register(store)
    succeed(store)
    for _ in range(2):
        with store.write() as tx:
            sources.failed(tx, SOURCE, NOW, NEXT, "answers 500")
    bad = state(store)
    assert bad is not None
    assert (bad.failures, bad.error, bad.validators) == (2, "answers 500", SEEN)
    succeed(store)
    good = state(store)
    assert good is not None
    assert (good.failures, good.error) == (0, None)


def test_a_failure_is_no_baseline(store: Store) -> None:
    register(store)
    with store.write() as tx:
        sources.failed(tx, SOURCE, NOW, NEXT, "answers 500")
    now = state(store)
    assert now is not None
    assert now.baseline_at is None


def test_a_changed_address_starts_without_validators(store: Store) -> None:
    register(store)
    succeed(store)
    register(store)
    same = state(store)
    assert same is not None
    assert same.validators == SEEN
    register(store, URL + "/new")
    moved = state(store)
    assert moved is not None
    assert (moved.validators, moved.next_at) == (Validators(), None)
    assert moved.baseline_at == NOW, "what was seen stays known"


def test_a_claimed_source_is_left_to_its_claimant(store: Store) -> None:
    register(store)
    assert claim(store) == SourceState(SOURCE)
    assert claim(store) is None


def test_a_source_put_back_can_be_claimed(store: Store) -> None:
    register(store)
    claim(store)
    with store.write() as tx:
        sources.release(tx, SOURCE)
    assert claim(store) is not None


def test_a_lease_that_ran_out_is_claimed_again(store: Store) -> None:
    register(store)
    claim(store)
    assert claim(store, NOW + LEASE) is not None


def test_a_renewed_lease_holds(store: Store) -> None:
    register(store)
    claim(store)
    with store.write() as tx:
        sources.renew(tx, SOURCE, NOW + LEASE / 2, LEASE)
    assert claim(store, NOW + LEASE) is None


def test_a_source_put_back_is_not_renewed_by_work_that_ends_late(store: Store) -> None:
    register(store)
    claim(store)
    with store.write() as tx:
        sources.release(tx, SOURCE)
    with store.write() as tx:
        sources.renew(tx, SOURCE, NOW, LEASE)
    assert claim(store) is not None


def test_of_many_claimants_one_wins(store: Store) -> None:
    register(store)
    won = race(4, lambda _: claim(store))
    assert sorted(one is not None for one in won) == [False, False, False, True]


def test_two_processes_may_register_a_source_at_once(store: Store) -> None:
    race(4, lambda _: register(store))
    assert state(store) == SourceState(SOURCE)
