"""Every store: links, from announcement to the story they led to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from monitor.dedupe import fingerprint, story_key
from monitor.models import Announced, Link, PendingLink
from monitor.store import Store, links, stories, tables
from monitor.store.links import Backlog
from tests.builders import NOW, batch, link

SOURCE = "laostimes"
A, B, C = (f"https://laostimes.example/{name}" for name in "abc")
LATER = NOW + timedelta(hours=1)


def announce(
    store: Store,
    *found: Link,
    baseline: bool = False,
    skipped: bool = False,
    source: str = SOURCE,
    at: datetime = NOW,
) -> int:
    """Write what a look found; how many links wait now that did not before."""
    before = waiting_ids(store, source)
    keys = {story_key(one.url): one for one in found}
    told = {
        key: Announced(source, key, one, fingerprint(one), baseline, skipped)
        for key, one in keys.items()
    }
    with store.write() as tx:
        known = links.known(tx, source, list(told))
        fresh = links.add(tx, [each for key, each in told.items() if key not in known], at)
        changed = [told[key] for key, print_ in known.items() if told[key].fingerprint != print_]
        again = links.again(tx, changed, at)
    assert set(fresh | again) <= {source}
    return len(waiting_ids(store, source) - before)


def waiting_ids(store: Store, source: str) -> set[int]:
    return {pending.id for pending in waiting(store, source, 10_000)}


def waiting(store: Store, source: str = SOURCE, limit: int = 100) -> list[PendingLink]:
    with store.read() as tx:
        return list(links.waiting(tx, source, LATER, limit))


def read(store: Store, pending: PendingLink) -> None:
    with store.write() as tx:
        links.done(tx, pending.id)


def test_a_new_link_waits_as_it_was_announced(store: Store) -> None:
    told = link(A, guid="g-1", published=NOW, updated=NOW.date(), summary="s", author="a")
    assert announce(store, told) == 1
    (pending,) = waiting(store)
    assert (pending.source, pending.key, pending.link) == (SOURCE, A, told)
    assert (pending.baseline, pending.attempts) == (False, 0)


def test_links_wait_in_the_order_of_their_announcement_up_to_the_limit(store: Store) -> None:
    announce(store, link(C), link(A), link(B))
    assert [pending.key for pending in waiting(store)] == [C, A, B]
    assert [pending.key for pending in waiting(store, limit=2)] == [C, A]


def test_a_known_link_announced_again_does_not_wait_twice(store: Store) -> None:
    announce(store, link(A))
    assert announce(store, link(A)) == 0
    assert len(waiting(store)) == 1


def test_a_link_that_was_read_waits_no_more(store: Store) -> None:
    announce(store, link(A))
    read(store, waiting(store)[0])
    assert announce(store, link(A)) == 0
    assert waiting(store) == []


@pytest.mark.parametrize(
    "changed", [{"title": "Corrected"}, {"updated": LATER}, {"summary": "Another"}]
)
def test_a_changed_announcement_waits_again(store: Store, changed: dict[str, Any]) -> None:
    announce(store, link(A))
    read(store, waiting(store)[0])
    told = link(A, **changed)
    assert announce(store, told) == 1
    assert [pending.link for pending in waiting(store)] == [told]


def test_many_changed_announcements_wait_again(store: Store) -> None:
    announce(store, link(A), link(B), link(C))
    for pending in waiting(store):
        read(store, pending)
    assert announce(store, link(A, "1"), link(B, "2"), link(C, "3")) == 3


def test_what_says_nothing_of_the_story_is_no_correction(store: Store) -> None:
    announce(store, link(A))
    assert announce(store, link(A, guid="other", author="other", language="lo")) == 0


def test_what_bears_a_guid_is_found_by_it(store: Store) -> None:
    told = link(A, guid="g-1" * 2_000, published=NOW)
    announce(store, told, link(B))
    announce(store, told, source="other")
    changed = link(A, "Corrected", guid="\ud800")
    for now in (told, changed):
        announce(store, now)
        guid = links.guid_key(now)
        assert guid is not None
        with store.read() as tx:
            (named,) = links.named(tx, SOURCE, [guid, "0" * 32])
        assert (named.key, named.guid, named.fingerprint) == (A, guid, fingerprint(now))
        assert named.link.published == now.published
    with store.read() as tx:
        assert links.named(tx, SOURCE, [links.guid_key(told) or ""]) == []


def test_links_of_the_first_look_are_marked_until_read(store: Store) -> None:
    announce(store, link(A), baseline=True)
    assert [pending.baseline for pending in waiting(store)] == [True]
    announce(store, link(A, "changed before it was read"))
    assert [pending.baseline for pending in waiting(store)] == [True]
    read(store, waiting(store)[0])
    announce(store, link(A, "corrected after"))
    assert [pending.baseline for pending in waiting(store)] == [False]


def test_a_story_known_from_another_source_is_not_read_again(store: Store) -> None:
    with store.write() as tx:
        stories.write(tx, batch(key=A))
    assert announce(store, link(A), link(B)) == 1
    assert [pending.key for pending in waiting(store)] == [B]
    assert announce(store, link(A, "corrected"), link(B)) == 1, "its correction is"


def test_what_was_skipped_stays_so_until_its_title_meets_the_topic(store: Store) -> None:
    announce(store, link(A), link(B), baseline=True, skipped=True)
    assert announce(store, link(A, "still off"), link(B, "too"), skipped=True) == 0
    assert waiting(store) == []
    assert announce(store, link(A, "on the topic"), link(B, "this as well")) == 2
    assert [pending.baseline for pending in waiting(store)] == [True, True]


def test_what_was_read_is_read_again_though_its_title_is_off_the_topic_now(store: Store) -> None:
    announce(store, link(A))
    read(store, waiting(store)[0])
    assert announce(store, link(A, "off"), skipped=True) == 1


def test_what_was_known_at_a_time(store: Store) -> None:
    announce(store, link(A))
    announce(store, link(B), at=LATER)
    with store.read() as tx:
        assert links.known(tx, SOURCE, [A, B, C]).keys() == {A, B}
        assert links.known(tx, SOURCE, [A, B, C], before=LATER).keys() == {A}


def test_a_page_that_waits_for_a_time_when_the_clock_was_ahead_waits_no_more(store: Store) -> None:
    announce(store, link(A), at=NOW + timedelta(days=900))
    announce(store, link(B))
    (_, second) = waiting(store)
    with store.write() as tx:
        links.failed(tx, second.id, NOW + timedelta(days=900), "answers 503")
    assert [pending.key for pending in waiting(store)] == [A, B]


def test_sources_keep_links_apart(store: Store) -> None:
    announce(store, link(A))
    assert announce(store, link(A), source="other") == 1
    assert len(waiting(store, "other")) == 1


def test_a_failed_page_waits_for_its_time_then_is_given_up(store: Store) -> None:
    announce(store, link(A))
    (pending,) = waiting(store)
    with store.write() as tx:
        links.failed(tx, pending.id, LATER, "answers 503")
    with store.read() as tx:
        assert links.waiting(tx, SOURCE, NOW, 9) == []
        assert links.next_waiting(tx, SOURCE) == LATER
        assert links.backlogs(tx) == {SOURCE: Backlog(1, 0, f"{A}: answers 503")}
    assert [again.attempts for again in waiting(store)] == [1]
    with store.write() as tx:
        links.failed(tx, pending.id, None, "answers 404")
    with store.read() as tx:
        assert links.backlogs(tx) == {SOURCE: Backlog(0, 1, f"{A}: answers 404")}
        assert links.next_waiting(tx, SOURCE) is None
    assert waiting(store) == []


def test_a_page_given_up_gets_another_chance_when_its_announcement_changes(store: Store) -> None:
    announce(store, link(A), baseline=True)
    with store.write() as tx:
        links.failed(tx, waiting(store)[0].id, None, "answers 404")
    assert announce(store, link(A, "mended")) == 1
    assert [(again.attempts, again.baseline) for again in waiting(store)] == [(0, False)]


def test_the_error_of_a_page_read_in_the_end_is_forgotten(store: Store) -> None:
    announce(store, link(A))
    (pending,) = waiting(store)
    with store.write() as tx:
        links.failed(tx, pending.id, NOW, "answers 503")
    read(store, pending)
    with store.read() as tx:
        assert links.backlogs(tx) == {SOURCE: Backlog()}


def test_more_links_than_one_statement_can_name(store: Store) -> None:
    many = [link(f"{A}/{number}") for number in range(2_500)]
    assert announce(store, *many) == 2_500
    assert announce(store, *many) == 0


def test_an_announcement_that_cannot_be_read_back_holds_up_no_other(store: Store) -> None:
    announce(store, link(A), link(B))
    with store.write() as tx:
        odd = update(tables.links).where(tables.links.c.key == A)
        tx.execute(odd.values(announced={"url": 1, "odd": True}))
    assert [pending.link for pending in waiting(store)] == [Link(A), link(B)]


def test_hostile_announcements_are_stored_in_a_form_that_can_be_read_back(store: Store) -> None:
    hostile = link(f"{A}?\x00\ud800", "nul \x00, half \ud83d, whole \U0001f684, ລາວ")
    assert announce(store, hostile) == 1
    (pending,) = waiting(store)
    assert pending.key == story_key(hostile.url)
    assert pending.link.title == "nul \ufffd, half \ufffd, whole \U0001f684, ລາວ"
    assert announce(store, hostile) == 0, "and known again"


def test_what_was_skipped_is_known_and_not_read(store: Store) -> None:
    assert announce(store, link(A), skipped=True) == 0
    assert announce(store, link(A)) == 0
    with store.read() as tx:
        assert [(seen.url, seen.status) for seen in links.latest(tx, SOURCE, 9)] == [(A, "skipped")]


def test_the_latest_come_first_and_within_a_look_as_the_source_has_them(store: Store) -> None:
    announce(store, link(A), link(B))
    announce(store, link(C), at=LATER)
    with store.read() as tx:
        assert [seen.url for seen in links.latest(tx, SOURCE, 3)] == [C, A, B]
