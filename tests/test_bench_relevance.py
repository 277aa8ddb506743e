"""The bench of relevance: it counts what it says, and keeps the held-out third apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bench import relevance
from tests.bench.stories import LABELS, LANGUAGES

pytestmark = pytest.mark.at_full_speed

Row = dict[str, Any]

MONITOR = "topic: {topic}\nchannels: {{}}\n"
RULE = "rules:\n  dams: {{query: '{query}', channels: []}}\n"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration with a topic and one rule that find every story, or none."""
    monkeypatch.setattr(relevance, "CONFIG", tmp_path)
    (tmp_path / "sources.yaml").write_text("sources: {}\n", "utf-8")
    return tmp_path


def _write(config: Path, query: str) -> None:
    (config / "monitor.yaml").write_text(MONITOR.format(topic=query), "utf-8")
    (config / "rules.yaml").write_text(RULE.format(query=query), "utf-8")


def _scores(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[tuple[str, bool], Row]:
    relevance.main(["--json", *arguments])
    rows = json.loads(capsys.readouterr().out)
    return {(r["rule"], r["held_out"]): r for r in rows if r["language"] == relevance.ALL}


@pytest.mark.parametrize(("query", "recall"), [("words > 1", 1.0), ("words > 100000", 0.0)])
def test_precision_and_recall_are_those_of_the_stories(
    config: Path, capsys: pytest.CaptureFixture[str], query: str, recall: float
) -> None:
    _write(config, query)
    for (rule, _), row in _scores(capsys, "--rules", "topic", "dams").items():
        assert row["recall"] == recall
        assert row["found"] == 0 or row["found"] > row["wanted"]
        share = row["wanted"] / row["found"] if row["found"] else 1.0
        assert row["precision"] == pytest.approx(share, abs=1e-4)
        assert row["reached"] is False
        assert rule in ("topic", "dams")


def test_a_rule_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        relevance.main(["--rules", "railway-oppps"])
    assert "invalid choice: 'railway-oppps'" in capsys.readouterr().err


def test_a_label_without_a_rule_finds_nothing(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(config, "words > 1")
    scores = _scores(capsys)

    assert {rule for rule, _ in scores} == {"topic", *LABELS}
    assert scores["mining", False]["found"] == 0


def test_tuning_sees_nothing_of_the_held_out_third(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(config, "words > 100000")

    assert {held_out for _, held_out in _scores(capsys, "--tuning")} == {False}
    relevance.main(["--misses", "--tuning"])
    assert "held out" not in capsys.readouterr().out


def test_misses_are_listed_of_the_part_for_tuning_alone(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(config, "words > 100000")

    listed = {}
    for flags in (["--misses"], ["--misses", "--held-out"]):
        assert relevance.main(["--rules", "dams", *flags]) == 1
        listed[len(flags)] = capsys.readouterr().out.count("not found")
    wanted = _scores(capsys, "--rules", "dams")
    assert listed[1] == wanted["dams", False]["wanted"]
    assert listed[2] == listed[1] + wanted["dams", True]["wanted"]


def test_a_line_a_rule_by_language(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(config, "words > 1")

    assert relevance.main([]) == 1
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split()[-6:] == ["tuning", *LANGUAGES, "held", "out"]
    assert [line.split()[0] for line in lines] == ["topic", *LABELS, "all"]
    assert lines[0].endswith("missed")
