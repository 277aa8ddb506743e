"""What may stand in a pack of concepts. The field descriptions are the reference."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from monitor.fields import Name
from monitor.models import Value
from monitor.queries import StoryQuery

Kind = Literal[
    "person",
    "party",
    "institution",
    "place",
    "project",
    "company",
    "organisation",
    "event",
    "subject",
]
LANGUAGES = {
    "en": "English",
    "zh": "Chinese",
    "lo": "Lao",
    "th": "Thai",
    "vi": "Vietnamese",
    "other": "other languages",
}


class Naming(Value):
    """One name of a concept."""

    name: str = Field(description="as texts write it; * at its end: a prefix; ! before it: exact")
    note: str | None = Field(default=None, description="where it was found, which romanisation")


def _naming(value: Any) -> Any:
    if isinstance(value, str):
        return {"name": value}
    if not isinstance(value, dict | Naming):
        raise ValueError("a name is a text (in quotes), or {name: …, note: …}")  # noqa: TRY004
    return value


_NAMING: dict[str, Any] = {
    "anyOf": [
        {
            "type": "object",
            "properties": {
                key: {"type": "string", "description": field.description}
                for key, field in Naming.model_fields.items()
            },
            "required": ["name"],
            "additionalProperties": False,
        },
        {"type": "string"},
    ]
}
Names = tuple[Annotated[Naming, BeforeValidator(_naming), WithJsonSchema(_NAMING)], ...]


_PARTIAL_DATE = r"^\d{4}(-\d\d(-\d\d)?)?$"
_DATES = "a year (2021), a month (2021-03) or a day (2021-03-22)"


def _written_date(value: Any) -> Any:
    return f"{value:04}" if isinstance(value, int) and not isinstance(value, bool) else value


def _partial_date(value: str) -> str:
    wrong = f"not a date, allowed: {_DATES}"
    if not re.fullmatch(_PARTIAL_DATE, value):
        raise ValueError(wrong)
    try:
        date.fromisoformat((value + "-01-01")[:10])
    except ValueError as error:
        raise ValueError(wrong) from error
    return value


PartialDate = Annotated[
    str,
    BeforeValidator(_written_date),
    AfterValidator(_partial_date),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": _PARTIAL_DATE}, {"type": "integer"}]}),
]


class Office(Value):
    """What a person is or was, and when."""

    office: str = Field(min_length=1, max_length=300, description="in English")
    since: PartialDate | None = Field(
        default=None, alias="from", description=f"as exactly as it is known: {_DATES}"
    )
    until: PartialDate | None = Field(default=None, description="as from; left out while in office")

    @property
    def in_order(self) -> bool:
        """Whether it ends after it begins, as far as the dates tell."""
        known = min(len(self.since or ""), len(self.until or ""))
        return (self.since or "")[:known] <= (self.until or "")[:known]


class ConceptSettings(Value):
    """One thing under all its names."""

    about: str = Field(min_length=1, max_length=300, description="what it is, in a line of English")
    kind: Kind = Field(description="what kind of thing it is")
    en: Names = Field(default=(), description="names in English, with all romanisations")
    zh: Names = Field(default=(), description="names in Chinese, simplified: traditional is folded")
    lo: Names = Field(default=(), description="names in Lao, with and without spaces")
    th: Names = Field(default=(), description="names in Thai")
    vi: Names = Field(default=(), description="names in Vietnamese")
    other: Names = Field(default=(), description="names in any other language")
    not_when: tuple[str, ...] = Field(
        default=(), description="guards: phrases inside which a name means something else"
    )
    only_with: tuple[str, ...] = Field(
        default=(),
        description="names count only in a story that has one of these, too: words, or @concept",
    )
    narrower: tuple[Name, ...] = Field(
        default=(), description="concepts that are part of it: whoever asks for it means them, too"
    )
    query: StoryQuery | None = Field(default=None, description="as of a rule; instead of names")
    offices: tuple[Office, ...] = Field(default=(), description="of a person")
    note: str | None = Field(
        default=None, description="where the names were found, what is doubtful"
    )

    @property
    def names(self) -> dict[str, tuple[Naming, ...]]:
        """By language, where there are some."""
        return {code: found for code in LANGUAGES if (found := getattr(self, code))}


class PackFile(Value):
    """Things that stories are about, each under all its names."""

    concepts: dict[Name, ConceptSettings] = Field(
        default_factory=dict, description="each under its id: @id in a query"
    )
