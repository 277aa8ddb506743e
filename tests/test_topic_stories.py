"""The labelled stories: enough of them, of each kind, in the right form."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.bench.stories import FOLDER, LABELS, LANGUAGES, PARTS, Labelled, read_stories

pytestmark = pytest.mark.at_full_speed


@pytest.fixture(scope="module")
def stories() -> list[Labelled]:
    return read_stories()


def test_a_third_each_is_on_the_topic_near_it_and_far_from_it(stories: list[Labelled]) -> None:
    assert len(stories) >= 300
    for part in PARTS:
        here = [story for story in stories if story.part == part]
        assert 0.27 <= len(here) / len(stories) <= 0.4
        assert {story.topic for story in here} == {part == "on"}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_speaks_three_languages(
    stories: list[Labelled], part: str, language: str
) -> None:
    assert sum(story.id.startswith(f"{part}-{language}-") for story in stories) >= 30


def test_every_label_stands_on_five_stories(stories: list[Labelled]) -> None:
    count = Counter(rule for story in stories for rule in story.rules)
    assert set(count) == set(LABELS)
    assert min(count.values()) >= 5


def test_a_third_is_held_out(stories: list[Labelled]) -> None:
    held_out = [story for story in stories if story.is_held_out]
    assert 0.25 <= len(held_out) / len(stories) <= 0.4
    assert {rule for story in held_out for rule in story.rules} == set(LABELS)


def test_a_printed_dateline_is_read() -> None:
    given = {
        story["id"]
        for part in PARTS
        for story in yaml.safe_load((FOLDER / f"{part}.yaml").read_text("utf-8"))
        if "dateline" in story
    }
    read = {story.id for story in read_stories() if story.article.dateline}
    # The others print no place: (KPL), 本报讯.
    assert len(given & read) >= 0.7 * len(given)


STORY = {
    "id": "on-en-001",
    "language": "en",
    "title": "A title",
    "paragraphs": ["A paragraph."],
    "topic": True,
    "rules": ["dams"],
    "why": "a dam",
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"why": None}, "lacks why"),
        ({"note": "x"}, "there is no key note"),
        ({"id": "on-th-001"}, "the id is no part, language and number"),
        ({"id": "far-en-001"}, "the id is no part, language and number"),
        ({"rules": ["bridges"]}, "there is no label bridges"),
        ({"topic": "yes"}, "topic is true or false"),
        ({"paragraphs": []}, "the title and each paragraph are texts"),
        ({"title": 2026}, "the title and each paragraph are texts"),
        ({}, "there are two of this id"),
    ],
)
def test_a_story_of_wrong_form_is_named(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    wrong = {key: value for key, value in {**STORY, **change}.items() if value is not None}
    (tmp_path / "on.yaml").write_text(yaml.safe_dump([STORY, wrong]), "utf-8")

    with pytest.raises(ValueError, match=message) as caught:
        read_stories(tmp_path)
    assert "on.yaml: story 2" in str(caught.value)
