"""All that is told of one story bears one mark, for mail programs to thread it by."""

from __future__ import annotations

from datetime import timedelta

from monitor.models import Change, ChangeKind, DeliveryStatus, Message
from monitor.store import Store, outbox, stories
from monitor.store.stories import Batch
from tests.builders import NOW, article, batch, correction, rule

RAILWAY, DEBT = rule(channels=("mail",)), rule("debt", name="Debt", channels=("mail",))


def told(store: Store, filed: Batch) -> tuple[int, dict[str, str]]:
    """The story, and the thread of what each rule tells of it."""
    with store.write() as tx:
        number, _ = stories.write(tx, filed)
        threads = {}
        taken = outbox.claim(tx, "mail", NOW + timedelta(hours=1), timedelta(minutes=3), 9)
        for claim in outbox.read(tx, taken):
            assert isinstance(claim.message, Message)
            threads[claim.message.rule] = claim.message.thread
            sent = outbox.Outcome(claim.message.id, claim.attempt, DeliveryStatus.SENT)
            outbox.record(tx, [sent], NOW)
    return number, threads


def test_rules_corrections_and_copies_share_a_thread(store: Store) -> None:
    first = article(url="https://laostimes.example/1")
    number, threads = told(store, batch(first, RAILWAY, DEBT))
    assert threads.keys() == {"railway", "debt"}
    (thread,) = set(threads.values())
    mended = article(url="https://laostimes.example/1", title="Corrected")
    assert told(store, correction(number, mended, RAILWAY)) == (number, {"railway": thread})
    copy = article(url="https://other.example/9")
    change = Change(ChangeKind.COPY, "carries it", number)
    elsewhere, threads = told(store, batch(copy, DEBT, source="other", change=change))
    assert elsewhere != number
    assert threads == {"debt": thread}
    other = article(url="https://laostimes.example/2")
    assert told(store, batch(other, DEBT))[1]["debt"] != thread
