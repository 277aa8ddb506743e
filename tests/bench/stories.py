"""The labelled stories of ``samples/topic/``, as the parser would give them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import yaml

from monitor.models import Article
from monitor.parse.dateline import find_dateline

FOLDER = Path(__file__).parents[2] / "samples" / "topic"
PARTS = ("on", "near", "far")
LANGUAGES = ("en", "zh", "lo")
LABELS = (
    *("top-level-meetings", "party-exchanges", "foreign-ministries", "military"),
    *("railway-operation", "railway-accidents", "expressway", "belt-and-road"),
    *("debt-loans", "money", "trade-border", "agriculture-exports", "mining"),
    *("power-grid", "dams", "mekong", "economic-zones", "crime-scams"),
    *("aid-health", "culture-education", "tourism", "land-environment"),
)

_ID = re.compile(rf"(?P<part>{'|'.join(PARTS)})-(?P<language>{'|'.join(LANGUAGES)})-\d{{3}}")
_NEEDED = {"id", "language", "title", "paragraphs", "topic", "rules", "why"}
_ALLOWED = _NEEDED | {"source", "dateline"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A story, and what is to be found in it."""

    id: str
    article: Article
    topic: bool
    rules: frozenset[str]
    why: str

    @property
    def part(self) -> str:
        return self.id.partition("-")[0]

    @property
    def is_held_out(self) -> bool:
        """Whether tuning never looks at it: a third, by chance and for good."""
        digest = blake2b(self.id.encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % 3 == 0


def read_stories(folder: Path = FOLDER) -> list[Labelled]:
    """All stories. Raises ValueError, with file and story, where one has not the right form."""
    found: dict[str, Labelled] = {}
    for part in PARTS:
        path = folder / f"{part}.yaml"
        for number, story in enumerate(_read(path), 1):
            if problem := _problem(story, part, found):
                raise ValueError(f"{path}: story {number} ({story.get('id')}): {problem}")
            found[story["id"]] = _labelled(story)
    return list(found.values())


def _read(path: Path) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return found


def _problem(story: Mapping[str, Any], part: str, before: Collection[str]) -> str:
    """What is wrong with a story's form; empty where nothing is."""
    if missing := _NEEDED - story.keys():
        return f"lacks {', '.join(sorted(missing))}"
    if more := story.keys() - _ALLOWED:
        return f"there is no key {', '.join(sorted(more))}"
    name = _ID.fullmatch(story["id"])
    if not name or (name["part"], name["language"]) != (part, story["language"]):
        return "the id is no part, language and number: near-zh-017"
    if unknown := set(story["rules"]) - set(LABELS):
        return f"there is no label {', '.join(sorted(unknown))}"
    if not isinstance(story["topic"], bool):
        return "topic is true or false"
    texts = (story["title"], *story["paragraphs"])
    if len(texts) < 2 or not all(isinstance(text, str) and text.strip() for text in texts):
        return "the title and each paragraph are texts"
    return "there are two of this id" if story["id"] in before else ""


def _labelled(story: Mapping[str, Any]) -> Labelled:
    body = tuple(story["paragraphs"])
    article = Article(
        url=f"https://stories.example/{story['id']}",
        title=story["title"],
        body=body,
        source=story.get("source"),
        dateline=find_dateline(body, None),
        language=story["language"],
        site="stories.example",
    )
    rules = frozenset(story["rules"])
    return Labelled(story["id"], article, story["topic"], rules, story["why"])
