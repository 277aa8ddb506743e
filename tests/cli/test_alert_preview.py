"""What a channel would be sent, before it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Monitor, World
from tests.cli.own import take

MORE = """
  mail:
    kind: email
    host: mail.example
    sender: monitor@desk.example
    to: [ana@desk.example]
  screen: {kind: console}
"""


@pytest.fixture
def desk(filled: Monitor, world: World, tmp_path: Path) -> Monitor:
    """The archive that is filled, with further channels and templates of the desk's own."""
    folder = take(filled, world, tmp_path).parent
    said = (folder / "monitor.yaml").read_text("utf-8").replace("channels:\n", f"channels:{MORE}")
    said = said.replace("sqlite:///monitor.db", f"sqlite:///{world.config.parent}/monitor.db")
    (folder / "monitor.yaml").write_text(said, "utf-8")
    return filled


def alerted(monitor: Monitor) -> tuple[str, str]:
    """A story that the railway's rule alerted on: its number and its title."""
    rows = monitor("alert", "list", "--json").json
    row = next(row for row in rows if row["rule"] == "railway")
    return str(row["story"]), row["title"]


def test_a_mail_is_shown_and_its_html_written(desk: Monitor, tmp_path: Path) -> None:
    story, title = alerted(desk)
    page = tmp_path / "mail.html"
    shown = desk("alert", "preview", "--channel", "mail", "--story", story, "--html", str(page))
    assert shown.status == 0, shown.err
    assert shown.out.startswith("Subject: [China–Laos Railway] ")
    assert "\nTo: ana@desk.example\n" in shown.out
    assert '\nWhy: rule "China–Laos Railway", ' in shown.out
    html = page.read_text("utf-8")
    assert "<!DOCTYPE html>" in html
    assert title in shown.out.replace("**", "")


def test_a_digest_is_shown_with_its_pictures(desk: Monitor, tmp_path: Path) -> None:
    story, _ = alerted(desk)
    page = tmp_path / "digest.html"
    words = ("--channel", "mail", "--story", story, "--digest", "--html", str(page))
    shown = desk("alert", "preview", *words)
    assert shown.out.startswith("Subject: Daily digest, ")
    assert ": 1 story\n" in shown.out
    html = page.read_text("utf-8")
    assert 'src="data:image/png;base64,iVBOR' in html
    assert "cid:" not in html


def test_a_template_of_the_desk_is_shown(desk: Monitor) -> None:
    folder = desk.config / "templates"
    folder.mkdir()
    (folder / "alert.subject.j2").write_text("STORY {{ article.title | upper }}", "utf-8")
    story, title = alerted(desk)
    shown = desk("alert", "preview", "--channel", "mail", "--story", story)
    assert shown.out.startswith(f"Subject: STORY {title.upper()[:40]}")


def test_other_channels_show_what_they_send(desk: Monitor) -> None:
    story, title = alerted(desk)
    lines = desk("alert", "preview", "--channel", "screen", "--story", story)
    assert lines.out.startswith(f"ALERT [China–Laos Railway] {title}")
    told = desk("alert", "preview", "--channel", "lines", "--story", story).json
    assert told["rule"]["id"] == "railway"


def test_a_story_that_nobody_was_told_of_is_shown_as_it_would_be(desk: Monitor) -> None:
    told = {str(row["story"]) for row in desk("alert", "list", "-n", "1000", "--json").json}
    stories = [str(row["id"]) for row in desk("story", "list", "-n", "1000", "--json").json]
    answers = [
        desk("alert", "preview", "--channel", "screen", "--story", story)
        for story in stories
        if story not in told
    ]
    assert {answer.status for answer in answers} == {0, 1}, "some meet a rule, some meet none"
    for answer in answers:
        assert "ALERT [" in answer.out or "meets no rule: see `monitor alert explain" in answer.err


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--channel", "mial", "--story", "1"), 1, "did you mean mail?"),
        (("--channel", "mail", "--story", "99999"), 1, "no story 99999"),
        (("--channel", "screen", "--story", "1", "--html", "x"), 2, "screen sends no HTML"),
        (("--channel", "mail", "--story", "STORY", "--html", "/proc/x"), 1, "cannot write /proc/x"),
    ],
)
def test_what_cannot_be_shown(
    desk: Monitor, words: tuple[str, ...], status: int, said: str
) -> None:
    story, _ = alerted(desk)
    result = desk("alert", "preview", *(story if word == "STORY" else word for word in words))
    told = " ".join(result.err.replace("│", " ").split())
    assert (result.status, said in told) == (status, True), told
