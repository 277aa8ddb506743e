"""Site profiles: where one site's pages keep their title, body, dates and the rest.

A profile is data, ``config/profiles/<domain>.yaml``. What it names goes before what the generic
parser finds, wherever its selectors find something plausible; all else is left to the parser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal
from urllib.parse import urlsplit

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, Field, WithJsonSchema

from monitor.models import Value
from monitor.parse.dates import fixed
from monitor.parse.selector import compiled

_HOST = r"^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$"


def _host(value: str) -> str:
    if not re.fullmatch(_HOST[1:-1], value):
        raise ValueError("not a host, allowed: a name in small letters such as kpl.gov.la")
    return value.removeprefix("www.")


def _some(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise ValueError("an empty list, allowed: at least one host")
    return value


def _selector(value: str) -> str:
    compiled(value)
    return value


def _expression(value: str) -> str:
    try:
        jmespath.compile(value)
    except JMESPathError as error:
        reason = str(error).partition("\n")[0].removeprefix("Invalid jmespath expression: ")
        raise ValueError(f"not a JMESPath expression: {reason.rstrip(':. ')}") from error
    return value


def _zone(name: str) -> str:
    if fixed(name) is None:
        raise ValueError(
            "not a time zone, allowed: a name of the IANA database such as Asia/Vientiane"
        )
    return name


Selector = Annotated[str, Field(max_length=500), AfterValidator(_selector)]
Expression = Annotated[str, Field(max_length=300), AfterValidator(_expression)]
Host = Annotated[str, AfterValidator(_host), WithJsonSchema({"type": "string", "pattern": _HOST})]


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


class Profile(Value):
    """What is known of one site's layout."""

    hosts: Annotated[tuple[Host, ...], AfterValidator(_some)] = Field(
        description="hosts without www. that it holds for, those below them too",
        json_schema_extra={"minItems": 1},
    )
    timezone: Annotated[str, AfterValidator(_zone)] | None = Field(
        default=None, description="of times that the site prints without an offset"
    )
    dates: Literal["dmy", "mdy"] = Field(
        default="dmy", description="order of 3/11/2026: day first or month first"
    )
    title: Selector | None = Field(default=None, description="CSS selector of the headline")
    body: Selector | None = Field(
        default=None, description="CSS selector of what holds the story, or of its paragraphs"
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
