"""What becomes of an alert that does not arrive, said beforehand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.cli.alertexplain import _escalates
from monitor.models import Escalation
from monitor.store.overview import WayRow
from tests.builders import NOW

ON = Escalation(after=timedelta(minutes=30), to=("phone", "chat"))


def way(channel: str, status: str) -> WayRow:
    return WayRow(channel, "", status, NOW, None, None)


@pytest.mark.parametrize(
    ("ways", "said"),
    [
        ([("mail", "sent")], None),
        ([("mail", "pending")], "not taken 30m after its time, it goes to chat, phone too"),
        (
            [("mail", "failed"), ("chat", "sent")],
            "not taken 30m after its time, it goes to phone too",
        ),
        ([("mail", "failed"), ("chat", "sent"), ("phone", "pending")], None),
        ([], None),
    ],
)
def test_it_is_said_to_whom_it_goes_on(ways: list[tuple[str, str]], said: str | None) -> None:
    assert _escalates([way(*each) for each in ways], ON) == said
