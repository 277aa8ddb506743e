"""Every store: stories, with what is written beside them in one transaction."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from monitor import dedupe
from monitor.alert import delivery_id
from monitor.errors import StoreError
from monitor.models import Article, Change, ChangeKind, Dateline, Match, Span, StoryKind
from monitor.store import Store, overview, retention, stories
from monitor.store.tables import matches, metadata
from monitor.store.tables import stories as stories_table
from tests.builders import BODY, NOW, alert, article, batch, correction, match, rule
from tests.newsroom import own_words

LONG = tuple(
    f"The {word} train carried {word} tonnes of cassava to Kunming."
    for word in (
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
    )
)


def write(store: Store, one: stories.Batch) -> int:
    with store.write() as tx:
        return stories.write(tx, one)[0]


def rows(store: Store) -> dict[str, int]:
    """How many rows each table holds."""
    with store.read() as tx:
        return {
            table.name: number
            for table in metadata.sorted_tables
            if (number := tx.scalar(select(func.count()).select_from(table)))
        }


def test_a_story_comes_back_as_it_was_written(store: Store) -> None:
    written = article(authors=("A", "B"), keywords=("rail",), image="https://x.example/1.jpg")
    number = write(store, batch(written))
    with store.read() as tx:
        story = stories.get(tx, number)
        assert story is not None
        assert list(stories.listing(tx)) == [story]
        assert stories.get(tx, number + 1) is None
    assert story.article == written
    assert (story.source, story.revision, story.reason) == ("laostimes", 1, "not seen before")
    assert (story.copy_of, story.carried_by, story.on_topic) == (None, 1, True)
    assert story.first_seen_at == story.changed_at == NOW


def test_a_date_stays_a_date_and_a_time_keeps_its_offset(store: Store) -> None:
    written = article(updated=date(2026, 11, 20), published="2026-11-20T14:30:00+07:00")
    number = write(store, batch(written))
    with store.read() as tx:
        story = stories.get(tx, number)
    assert story is not None
    assert story.article.updated == date(2026, 11, 20)
    assert str(story.article.published) == "2026-11-20 14:30:00+07:00"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b", "a\ufffdb"),
        ("half \ud83d of an emoji", "half \ufffd of an emoji"),
        ("\U0001f684 whole", "\U0001f684 whole"),
        ("ທາງລົດໄຟລາວ-ຈີນ 中老铁路", "ທາງລົດໄຟລາວ-ຈີນ 中老铁路"),
        ('\\u0000 "quoted" \\ud83d', '\\u0000 "quoted" \\ud83d'),
    ],
)
def test_hostile_text_is_stored_in_a_form_that_every_database_holds(
    store: Store, text: str, kept: str
) -> None:
    hostile = article(
        title=text, body=(text, "b"), source=text, site=text, language=text * 9,
        dateline=Dateline(place=text), authors=(text,),
    )  # fmt: skip
    found = Match("railway", (Span("title", 0, 0, 1, term=text, text=text),))
    told = batch(hostile, rule(name=text), change=Change(ChangeKind.NEW, text), matches=[found])
    number = write(store, told)
    with store.read() as tx:
        story = stories.get(tx, number)
        (alert,) = overview.list_alerts(tx)
        (found,) = stories.matches_of(tx, number)
    assert story is not None
    assert story.article.title == story.article.body[0] == story.reason == kept
    assert story.article.dateline == Dateline(place=kept)
    assert (alert.label, found.terms) == (kept, (kept,))


def test_json_is_stored_as_people_read_it(store: Store) -> None:
    write(store, batch(article(title="中老铁路 ລາວ")))
    with store.read() as tx:
        (raw,) = tx.exec_driver_sql("SELECT CAST(article AS TEXT) FROM revisions").scalars()
    assert "中老铁路 ລາວ" in raw


def test_a_revision_keeps_the_story_and_its_past(store: Store) -> None:
    number = write(store, batch(article(), rule()))
    later = NOW + timedelta(hours=2)
    changed = article(title="Second night train leaves")
    assert write(store, correction(number, changed, rule(), now=later)) == number
    with store.read() as tx:
        story = stories.get(tx, number)
        assert story is not None
        assert (story.revision, story.article, story.reason) == (2, changed, "title changed")
        assert (story.first_seen_at, story.changed_at) == (NOW, later)
        assert stories.matches_of(tx, number) == [match(story=changed)]
        assert [alert.revision for alert in overview.list_alerts(tx)] == [2, 1]
    assert rows(store)["revisions"] == 2


def test_a_known_story_is_found_by_its_address(store: Store) -> None:
    one = batch(article())
    number = write(store, one)
    with store.read() as tx:
        assert stories.known(tx, one.key) == dedupe.Known(
            number, one.content_key, one.article.title, one.article
        )
        assert stories.known(tx, one.key + "x") is None


def test_matches_of_earlier_versions_name_no_concept(store: Store) -> None:
    number = write(store, batch(article(), rule()))
    with store.write() as tx:
        (spans,) = tx.scalars(select(matches.c.spans))
        bare = [{key: value for key, value in s.items() if key != "concept"} for s in spans]
        tx.execute(update(matches).values(spans=bare))
    with store.read() as tx:
        assert stories.matches_of(tx, number) == [match()]
        assert overview.list_alerts(tx)[0].match.concepts == ()


def test_a_match_keeps_which_concept_was_named(store: Store) -> None:
    span = Span("dateline", 0, 0, 9, "@laos", "VIENTIANE", "vientiane")
    number = write(store, batch(matches=[Match("railway", (span,))]))
    with store.read() as tx:
        assert stories.matches_of(tx, number) == [Match("railway", (span,))]


def copy(of: int, site: str, *, source: str = "mekongwire") -> stories.Batch:
    story = article(url=f"https://{site}/1", site=site, body=LONG)
    return batch(story, source=source, change=Change(ChangeKind.COPY, "carries it", of))


def test_copies_count_the_sites_that_carry_a_story(store: Store) -> None:
    number = write(store, batch(article(body=LONG)))
    second = write(store, copy(number, "mekongwire.example"))
    write(store, copy(number, "renmin.example"))
    write(store, batch(article(url="https://other.example/")))
    with store.read() as tx:
        original, again = stories.get(tx, number), stories.get(tx, second)
    assert original is not None
    assert again is not None
    assert (original.carried_by, again.carried_by, again.copy_of) == (3, 3, number)


def test_stories_alike_are_found_by_their_sketch(store: Store) -> None:
    story = article(body=LONG, url="https://a.example/1", site="a.example")
    number = write(store, batch(story))
    write(store, batch(article(url="https://b.example/", body=BODY)))
    sketch = dedupe.sketch(story)
    with store.read() as tx:
        (alike,) = stories.alike(tx, sketch, NOW)
        assert (alike.story, alike.site, alike.sketch) == (number, "a.example", sketch)
        assert (alike.title, alike.language) == (story.title, "en")
        assert stories.alike(tx, (), NOW) == []
        assert stories.alike(tx, sketch, NOW + stories.COPY_WINDOW) == [], "too long ago"
        assert stories.alike(tx, (1, 2, 3, 4), NOW) == []


def test_only_originals_are_offered_as_alike(store: Store) -> None:
    number = write(store, batch(article(body=LONG)))
    write(store, copy(number, "mekongwire.example"))
    with store.read() as tx:
        found = stories.alike(tx, dedupe.sketch(article(body=LONG)), NOW)
    assert [candidate.story for candidate in found] == [number]


def test_the_rules_of_a_story_are_those_of_all_its_tellings(store: Store) -> None:
    number = write(store, batch(article(body=LONG), rule("railway")))
    carried = dataclasses.replace(
        copy(number, "mekongwire.example"), matches=[match("railway"), match("debt")], alerts=[]
    )
    second = write(store, carried)
    with store.read() as tx:
        assert stories.rules_of(tx, number) == ({"railway", "debt"}, {"railway"})
        assert stories.rules_of(tx, second) == ({"railway", "debt"}, {"railway"})


def test_all_tellings_of_a_story_and_the_sites_that_carry_it(store: Store) -> None:
    number = write(store, batch(article(body=LONG)))
    second = write(store, copy(number, "mekongwire.example"))
    third = write(store, dataclasses.replace(copy(number, "mekongwire.example"), key="again"))
    write(store, batch(article(url="https://other.example/", site="other.example")))
    with store.write() as tx:
        tx.execute(update(stories_table).where(stories_table.c.id == second).values(pruned_at=NOW))
    with store.read() as tx:
        for one in (number, second, third):
            assert stories.sites_of(tx, one) == {"laostimes.example", "mekongwire.example"}
            assert [telling.id for telling in stories.tellings(tx, one)] == [number, third]


def test_what_holds_only_later_is_told_of_the_story_as_it_stands(store: Store) -> None:
    number = write(store, batch(article(body=LONG)))
    write(store, correction(number, article(body=LONG, title="Night train late")))
    later, found = NOW + timedelta(hours=2), match("railway")
    held = alert(rule(), found, "matches only now: carried by 3 sites")
    with store.write() as tx:
        (telling,) = stories.tellings(tx, number)
        stories.tell(tx, telling, held, later)
    with store.read() as tx:
        (told,) = overview.list_alerts(tx)
        assert stories.matches_of(tx, number) == [found]
        assert stories.rules_of(tx, number) == ({"railway"}, {"railway"})
        waiting = {one.id for one in overview.list_deliveries(tx)}
    assert (told.story, told.revision, told.created_at) == (number, 2, later)
    assert waiting == {delivery_id("railway", telling.key, 2, name) for name in ("mail", "hook")}
    with pytest.raises(StoreError, match=r"(?i)unique"), store.write() as tx:
        stories.tell(tx, telling, held, later)


def test_what_a_rule_found_in_a_gallery_is_still_to_be_told(store: Store) -> None:
    gallery = article(body=LONG, kind=StoryKind.GALLERY)
    number = write(store, dataclasses.replace(batch(gallery, rule("railway")), alerts=[]))
    with store.read() as tx:
        assert stories.rules_of(tx, number) == (set(), set())
        found = stories.get(tx, number)
        assert [match.rule for match in stories.matches_of(tx, number)] == ["railway"]
    assert found is not None
    assert (found.article.kind, found.article) == (StoryKind.GALLERY, gallery)


def test_a_batch_is_written_whole_or_not_at_all(store: Store) -> None:
    """Two alerts of one rule break a constraint after most of the batch has been written."""
    one = rule()
    twice = dataclasses.replace(batch(article(body=LONG), one), alerts=[alert(one, match())] * 2)
    with pytest.raises(StoreError, match=r"(?i)unique"):
        write(store, twice)
    assert rows(store) == {}


def test_a_fault_of_the_program_leaves_nothing_either(store: Store) -> None:
    def broken() -> None:
        with store.write() as tx:
            stories.write(tx, batch(article(), rule()))
            raise LookupError

    with pytest.raises(LookupError):
        broken()
    assert rows(store) == {}


def test_one_address_one_story(store: Store) -> None:
    write(store, batch())
    with pytest.raises(StoreError, match=r"(?i)unique"):
        write(store, batch())
    assert rows(store)["stories"] == 1


def test_each_channel_of_a_rule_gets_a_delivery_with_a_lasting_id(store: Store) -> None:
    one = batch(
        article(), rule("railway", channels=("mail", "hook", "mail")), rule("debt", channels=())
    )
    with store.write() as tx:
        _, waiting = stories.write(tx, one)
    assert waiting == [delivery_id("railway", one.key, 1, name) for name in ("mail", "hook")]
    with store.read() as tx:
        listed = overview.list_alerts(tx)
    assert [(alert.rule, alert.deliveries) for alert in listed] == [
        ("debt", ()),
        ("railway", (("hook", "pending"), ("mail", "pending"))),
    ]


def test_stories_are_listed_newest_first_or_oldest(store: Store) -> None:
    numbers = [
        write(
            store, batch(article(url=f"https://x.example/{hour}"), now=NOW + timedelta(hours=hour))
        )
        for hour in range(3)
    ]
    with store.read() as tx:

        def ids(**how: object) -> list[int]:
            return [story.id for story in stories.listing(tx, **how)]  # type: ignore[arg-type]

        assert ids() == numbers[::-1]
        assert ids(newest=False) == numbers
        assert ids(limit=1) == numbers[:1:-1]
        assert ids(since=NOW + timedelta(hours=1)) == numbers[:0:-1]


class TestRetention:
    KEEP, KEEP_OFF_TOPIC = timedelta(days=700), timedelta(days=30)

    def prune(self, store: Store, after: timedelta) -> int:
        with store.write() as tx:
            return retention.prune(
                tx, NOW + after, keep=self.KEEP, keep_off_topic=self.KEEP_OFF_TOPIC
            )

    def body(self, store: Store, number: int) -> tuple[str, ...]:
        with store.read() as tx:
            story = stories.get(tx, number)
        assert story is not None
        return story.article.body

    @pytest.mark.parametrize(
        ("on_topic", "kept"), [(True, KEEP), (None, KEEP), (False, KEEP_OFF_TOPIC)]
    )
    def test_text_goes_when_its_time_is_over(
        self, store: Store, on_topic: bool | None, kept: timedelta
    ) -> None:
        number = write(store, batch(article(body=LONG), on_topic=on_topic))
        assert self.prune(store, kept) == 0
        assert self.body(store, number) == LONG
        assert self.prune(store, kept + timedelta(seconds=1)) == 1
        assert self.body(store, number) == ()
        assert self.prune(store, kept + timedelta(days=1)) == 0, "once"
        assert "sketches" not in rows(store)

    def test_what_a_rule_matched_is_on_somebody_s_topic(self, store: Store) -> None:
        number = write(store, batch(article(body=LONG), rule(), on_topic=False))
        assert self.prune(store, self.KEEP_OFF_TOPIC * 2) == 0
        assert self.prune(store, self.KEEP * 2) == 1
        assert self.body(store, number) == ()

    def test_what_was_seen_stays_known(self, store: Store) -> None:
        one = batch(article(body=LONG))
        number = write(store, one)
        self.prune(store, self.KEEP * 2)
        with store.read() as tx:
            assert stories.known(tx, one.key) == dedupe.Known(
                number, one.content_key, one.article.title
            )

    def test_a_correction_brings_a_story_back(self, store: Store) -> None:
        number = write(store, batch(article(body=LONG)))
        self.prune(store, self.KEEP * 2)
        write(store, correction(number, article(body=BODY), now=NOW + self.KEEP * 2))
        assert self.prune(store, self.KEEP * 2) == 0
        assert self.body(store, number) == BODY
        with store.read() as tx:
            known = stories.known(tx, dedupe.canonical_url(article().url))
        assert known is not None
        assert isinstance(known.article, Article)

    def test_every_revision_is_cut(self, store: Store) -> None:
        number = write(store, batch(article()))
        write(store, correction(number, article(body=LONG)))
        self.prune(store, self.KEEP * 2)
        with store.read() as tx:
            bodies = tx.exec_driver_sql("SELECT CAST(article AS TEXT) FROM revisions").scalars()
            assert all('"body": []' in text for text in bodies)


def test_what_is_alike_is_found_along_the_values_however_many_stories_there_are(
    store: Store,
) -> None:
    asked: list[tuple[str, Any]] = []

    def ask(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    with store.write() as tx:
        for number in range(50):
            words = own_words(str(number))
            stories.write(tx, batch(article(body=words), key=str(number)))
        if store.engine.dialect.name == "postgresql":
            tx.exec_driver_sql("SET LOCAL enable_seqscan = off")  # of so few rows it would be right
        event.listen(store.engine, "before_cursor_execute", ask)
        found = stories.alike(tx, dedupe.sketch(article(body=own_words("7"))), NOW)
        event.remove(store.engine, "before_cursor_execute", ask)
        assert len(found) == 1
        sqlite = store.engine.dialect.name == "sqlite"
        explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
        rows = tx.exec_driver_sql(explain + asked[0][0], asked[0][1])
        plan = "\n".join(str(row[-1]) for row in rows)
    assert "ix_sketches_value" in plan
    assert not sqlite or "ix_stories_copy_of" not in plan
