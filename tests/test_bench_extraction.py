"""The bench of the parser: it scores what it says, and says where the pages are missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench import extraction, hostile


def test_without_the_pages_it_says_where_they_should_be(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(extraction, "FOLDER", tmp_path)

    assert extraction.main([]) == 0
    assert "set MONITOR_SHARED" in capsys.readouterr().out


@pytest.mark.skipif(
    not (extraction.FOLDER / "truth.json").is_file(),
    reason=f"no {extraction.FOLDER}: set MONITOR_SHARED to the folder that has extraction/",
)
def test_every_goal_of_a_set_has_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    status = extraction.main(["--sets", "gnezh", "--json"])

    rows = json.loads(capsys.readouterr().out)["scores"]
    assert {row["measure"]: row["goal"] for row in rows} == extraction.GOALS["gnezh"]
    assert all(0.9 < row["ours"] <= 1 for row in rows)
    assert status == int(any(row["ours"] < row["goal"] for row in rows))


@pytest.mark.parametrize("name", ["100,000 nested divs", "nothing closed", "random bytes"])
def test_a_hostile_page_is_measured_in_a_process_of_its_own(name: str) -> None:
    cost = hostile.measure(name)
    assert 0 <= cost.seconds < 10
    assert cost.memory < hostile.MOST_MEMORY
    assert cost.outcome
