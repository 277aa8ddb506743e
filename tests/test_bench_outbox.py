"""The bench of the outbox: what it says was sent was sent, and the plans that keep it fast."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from monitor.store import Store, outbox
from tests.bench import outbox as bench


def test_what_is_sent_is_recorded_and_nothing_twice(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--pending", "60", "120", "--send", "60", "--channels", "3", "--rounds", "1"]
    status = bench.main([*arguments, "--json"])

    told = json.loads(capsys.readouterr().out)
    rows = told["rows"]
    assert [row["pending"] for row in rows] == [60, 120]
    assert all(row["sent"] == row["recorded"] >= 60 and row["repeated"] == 0 for row in rows)
    assert (status, told["channels"], told["growth"] > 0) == (0, 3, True)


def test_the_table_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--pending", "20", "--channels", "2", "--rounds", "1"]) == 0
    assert "2 channels side by side; goal: 500 deliveries/s" in capsys.readouterr().out


def test_the_next_are_found_along_the_index(store: Store) -> None:
    """However many wait, nothing is read but what is taken."""
    channels = ["mail", "hook"]
    bench.fill(store, channels, 4_000)
    asked: list[tuple[str, Any]] = []

    def ask(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    with store.write() as tx:
        if store.engine.dialect.name == "postgresql":
            tx.exec_driver_sql("ANALYZE deliveries")
        event.listen(store.engine, "before_cursor_execute", ask)
        outbox.next_due(tx, "mail")
        taken = outbox.claim(tx, "mail", bench.START + timedelta(hours=1), timedelta(1), 20)
        event.remove(store.engine, "before_cursor_execute", ask)
        assert len(taken) == 20
        for statement, parameters in asked:
            plan = _plan(tx, statement, parameters)
            assert not any(word in plan for word in ("SCAN deliveries", "TEMP B-TREE", "Seq Scan"))
            assert "ix_deliveries_next" in plan or "deliveries_1" in plan or "pk_deliv" in plan


def _plan(tx: Any, statement: str, parameters: Any) -> str:
    sqlite = tx.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
    rows = tx.exec_driver_sql(explain + statement, parameters)
    return "\n".join(str(row[-1]) for row in rows)


def test_a_receiver_tells_each_thing_once(tmp_path: Path) -> None:
    from urllib.request import Request, urlopen

    from tests.bench.receiver import receiving, told

    with receiving() as port:
        for name in ("msg_1", "msg_2"):
            asked = Request(f"http://127.0.0.1:{port}/", b"{}", {"Webhook-Id": name})
            urlopen(asked).close()
        assert [one for one, _ in told(port)] == ["msg_1", "msg_2"]
        assert told(port) == []
