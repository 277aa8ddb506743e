"""The bench of polling measures what it says: on a few sources, without peers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench import newsstand, polling, server
from tests.bench.measure import Cost, run
from tests.bench.report import Run, ratios
from tests.builders import NOW


@pytest.mark.skipif(not server.find(), reason=server.MISSING)
def test_every_pass_over_twenty_sources_does_all_of_its_work(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = polling.main(["--sources", "20", "--peers", "", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert [(row["pass"], row["work"]) for row in told["runs"]] == [
        ("cold", "done"),
        ("unchanged", "done"),
        ("changed", "done"),
    ]
    assert status == 0


def test_without_a_server_it_says_how_to_get_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "find", lambda: None)

    assert polling.main([]) == 0
    assert "apt-get install nginx" in capsys.readouterr().out


def test_a_feed_with_fresh_stories_changes_in_content_and_time(tmp_path: Path) -> None:
    newsstand.publish(tmp_path, [0, 1], 0, NOW)
    before = {path: (path.read_text("utf-8"), path.stat().st_mtime) for path in tmp_path.iterdir()}
    newsstand.publish(tmp_path, [0, 1], 3, NOW)

    assert len(before) == 2
    for path, (text, time) in before.items():
        assert path.read_text("utf-8").count("c_") == text.count("c_") == 2 * newsstand.ITEMS
        assert path.stat().st_mtime > time


def test_a_client_that_skips_work_is_named() -> None:
    row = _run("monitor", seconds=1, stored=99).row()

    assert row["work"] == "NOT DONE: 99 of 100 items, answers 2 × 200"


def test_a_peer_counts_with_its_fastest_setting() -> None:
    runs = [_run("monitor", 1), _run("reader", 8), _run("reader", 4), _run("reader", 6)]

    (row,) = ratios(runs)
    assert row["sources/s"] == 4


def test_a_command_that_fails_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ended with 3: out of ink"):
        run(["sh", "-c", "echo out of ink >&2; exit 3"], tmp_path / "errors")


def _run(client: str, seconds: float, stored: int = 100) -> Run:
    return Run(
        client=client,
        version="1",
        setting="workers 1",
        stage="cold",
        sources=2,
        cost=Cost(wall=seconds, cpu=seconds, peak=10),
        stored=stored,
        stored_due=100,
        answers={200: 2},
        answers_due={200: 2},
    )
