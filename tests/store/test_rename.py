"""A source under another name: what is known of it goes along, and nothing comes twice."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from monitor.models import Announced, Health, Link, SourceState
from monitor.routing import Door
from monitor.store import Store, history, links, sources, stories, tables
from monitor.store.rename import rename
from tests.builders import NOW, batch

OLD, NEW = "kpl", "kpl-en"
A, B, C = (f"https://kpl.example/{name}" for name in "abc")


def watch(store: Store, source: str, *urls: str, links_found: int = 0) -> None:
    """A source that was looked at once, and announced stories at ``urls``."""
    announced = [Announced(source, url, Link(url), "0") for url in urls]
    with store.write() as tx:
        sources.register(tx, {source: sources.Watched(f"https://{source}.example/")})
        sources.record(tx, [replace(SourceState(source), links=links_found)], keep_until={})
        links.add(tx, announced, NOW)


def renamed(store: Store) -> None:
    with store.write() as tx:
        rename(tx, OLD, NEW)


def known(store: Store, source: str) -> dict[str, str]:
    """The status of each link of a source."""
    with store.read() as tx:
        return {seen.url: seen.status for seen in links.latest(tx, source, 10)}


def test_all_that_is_known_goes_along(store: Store) -> None:
    watch(store, OLD, A, links_found=7)
    event = history.Event(OLD, "KPL", A, Health.QUIET, False, "nothing new", NOW, NOW)
    with store.write() as tx:
        stories.write(tx, batch(source=OLD))
        history.open_gap(tx, OLD, NOW, NOW, NOW)
        history.tell(tx, event, [Door("mail")])
    renamed(store)
    assert (known(store, OLD), known(store, NEW)) == ({}, {A: "pending"})
    with store.read() as tx:
        assert sources.states(tx).keys() == {NEW}
        assert sources.states(tx)[NEW].links == 7
        assert [gap.source for gap in history.gaps_of(tx, NEW)] == [NEW]
        assert [told.detail for told in history.events(tx, NEW)] == ["nothing new"]
        assert list(tx.scalars(select(tables.stories.c.source_id))) == [NEW]


def test_what_a_removed_source_of_that_name_left_is_joined(store: Store) -> None:
    watch(store, NEW, A, B, links_found=1)
    watch(store, OLD, B, C, links_found=2)
    with store.write() as tx:
        (first,) = [one for one in links.waiting(tx, OLD, NOW, 10) if one.key == B]
        links.done(tx, first.id)
    renamed(store)
    assert known(store, NEW) == {A: "pending", B: "done", C: "pending"}
    with store.read() as tx:
        assert sources.states(tx)[NEW].links == 2


def test_a_source_that_was_never_looked_at_has_nothing_to_take_along(store: Store) -> None:
    watch(store, NEW, A, links_found=1)
    renamed(store)
    assert known(store, NEW) == {A: "pending"}
    with store.read() as tx:
        assert sources.states(tx)[NEW].links == 1
