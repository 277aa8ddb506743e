"""The bench of latency: every story comes back as an alert, and its times are in order."""

from __future__ import annotations

import json

import pytest

from tests.bench import latency


def test_each_story_is_told_and_timed(capsys: pytest.CaptureFixture[str]) -> None:
    status = latency.main(
        ["--sources", "3", "--stories", "6", "--rate", "20", "--warm-up", "0.1", "--json"]
    )

    told = json.loads(capsys.readouterr().out)
    assert (status, told["missing"], told["sources"]) == (0, 0, 3)
    assert [row["from"] for row in told["rows"]] == [*latency.FROM.values()]
    assert all(row["alerts"] == 6 for row in told["rows"])
    assert all(0 < row["p50 s"] <= row["p99 s"] <= row["longest s"] for row in told["rows"])


def test_an_alert_that_does_not_come_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    half = {"train-1": {"feed": 1.0, "page": 2.0, "alert": 2.5}, "train-2": {"feed": 1.0}}
    monkeypatch.setattr(latency, "measure", lambda *_: half)

    assert latency.main(["--stories", "2", "--warm-up", "0"]) == 1
    said = capsys.readouterr().out
    assert "MISSING: 1 alerts" in said
    assert "goal: p99 under 1 s with 50 sources at 20 stories a second" in said
