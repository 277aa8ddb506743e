"""Site profiles: where one site's pages keep their title, body, dates and the rest.

A profile is data, ``config/profiles/<domain>.yaml``. What it names goes before what the generic
parser finds, wherever its selectors find something plausible; all else is left to the parser.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from monitor.models import Value
from monitor.parse.profilekeys import DateForm, Day, Expression, Host, Selector, Zone


def _some(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise ValueError("an empty list, allowed: at least one host")
    return value


class Data(Value):
    """Fields that stand in a script as JSON, each found by a JMESPath expression."""

    script: Selector = Field(description="CSS selector of the <script> that holds the JSON")
    title: Expression | None = Field(default=None, description="JMESPath of the headline")
    body: Expression | None = Field(
        default=None, description="JMESPath of a list: each item, however nested, is a paragraph"
    )
    published: Expression | None = Field(
        default=None, description="JMESPath of a date as text, or in seconds or ms since 1970"
    )
    updated: Expression | None = Field(default=None, description="as published")
    source: Expression | None = Field(default=None, description="JMESPath of the credited wire")
    author: Expression | None = Field(default=None, description="JMESPath of one name or several")
    section: Expression | None = Field(default=None, description="JMESPath of the section")


class Layout(Value):
    """Where the parts of a story stand, in pages of one time."""

    valid_from: Day | None = Field(
        default=None, description="the first day whose stories look like this"
    )
    valid_until: Day | None = Field(
        default=None, description="the last day whose stories look like this"
    )
    dates: Literal["dmy", "mdy"] = Field(
        default="dmy", description="order of 3/11/2026: day first or month first"
    )
    date_formats: tuple[DateForm, ...] = Field(
        default=(), description="forms of dates as of strptime, such as %d.%m.%y %H:%M"
    )
    title: Selector | None = Field(default=None, description="CSS selector of the headline")
    body: Selector | None = Field(
        default=None, description="CSS selector of what holds the story, or of its paragraphs"
    )
    next: Selector | None = Field(
        default=None, description="CSS selector of the link to the story's next page"
    )
    published: Selector | None = Field(
        default=None, description="CSS selector: a <meta>, a <time>, or text with a date in it"
    )
    updated: Selector | None = Field(default=None, description="as published")
    source: Selector | None = Field(
        default=None, description="CSS selector of the credited wire or agency"
    )
    author: Selector | None = Field(default=None, description="CSS selector of the names")
    section: Selector | None = Field(default=None, description="CSS selector of the section")
    drop: tuple[Selector, ...] = Field(
        default=(), description="CSS selectors of what is no part of any field"
    )
    data: Data | None = Field(
        default=None, description="fields that stand in a script as JSON; they go first"
    )

    @field_validator("valid_until")
    @classmethod
    def _is_later(cls, value: Day | None, info: ValidationInfo) -> Day | None:
        start = info.data.get("valid_from")
        if value is not None and start is not None and value < start:
            raise ValueError(f"before valid_from, allowed: {start} or later")
        return value


class Profile(Layout):
    """What is known of one site: how its pages look now, and how they looked earlier."""

    hosts: Annotated[tuple[Host, ...], AfterValidator(_some)] = Field(
        description="hosts without www. that it holds for, those below them too",
        json_schema_extra={"minItems": 1},
    )
    timezone: Zone | None = Field(
        default=None, description="of times that the site prints without an offset"
    )
    layouts: tuple[Layout, ...] = Field(
        default=(), description="other layouts, such as earlier ones; each says all of its keys"
    )


NO_PROFILES: Mapping[str, Profile] = MappingProxyType({})


def profile_of(profiles: Mapping[str, Profile], url: str) -> Profile | None:
    """The profile of the host of ``url``, else that of the nearest host above it."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # urllib on "http://["
        return None
    while host:
        if found := profiles.get(host):
            return found
        host = host.partition(".")[2]
    return None
