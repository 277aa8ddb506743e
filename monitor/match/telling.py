"""Places and numbers in words, for explanations."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.match.nodes import OTHER_FIELDS
from monitor.match.story import Place, Story

MOST_TOLD = 3  # of anything of which there may be many
_MOST_CHARACTERS = 80  # of a text that is repeated
_MOST_PLACES = 50  # looked at for the different ways in which a story prints a thing


def quoted(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text if len(text) <= _MOST_CHARACTERS else text[:_MOST_CHARACTERS] + '…'}”"


def printed(story: Story, places: Sequence[Place]) -> str:
    """What stands in some places: ``“Laos”, “LAOS”``."""
    texts = dict.fromkeys(quoted(story.print_of(place)) for place in places[:_MOST_PLACES])
    return ", ".join(list(texts)[:MOST_TOLD])


def listed(names: Sequence[str]) -> str:
    """``the title, paragraph 2, paragraph 3 and 4 more``"""
    more = f" and {len(names) - MOST_TOLD} more" if len(names) > MOST_TOLD else ""
    return ", ".join(names[:MOST_TOLD]) + more


def times(number: int) -> str:
    return "once" if number == 1 else "twice" if number == 2 else f"{number} times"


def words(number: int) -> str:
    return "1 word" if number == 1 else f"{number} words"


def place_name(story: Story, part: int) -> str:
    """``the title``, ``paragraph 3``; of other fields their names."""
    if part == 0:
        return "the title"
    if part <= len(story.article.body):
        return f"paragraph {part}"
    start = story.starts[part]
    fields = (field for field in OTHER_FIELDS if any(a == start for a, _ in story.areas(field)))
    return f"the {next(fields)}"


def sentence_name(story: Story, place: int) -> str:
    part, sentence = story.sentence_of(place)
    return f"{place_name(story, part)}, sentence {sentence}" if part else "the title"
