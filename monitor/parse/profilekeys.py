"""What may stand in a profile: selectors, expressions, hosts, zones, days, forms of dates."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from monitor.parse.dateformat import pattern_of
from monitor.parse.dates import fixed
from monitor.parse.selector import compiled

_HOST = r"^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$"


def _host(value: str) -> str:
    if not re.fullmatch(_HOST[1:-1], value):
        raise ValueError("not a host, allowed: a name in small letters such as kpl.gov.la")
    return value.removeprefix("www.")


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


def _form(value: str) -> str:
    pattern_of(value)
    return value


def _day(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value
    try:
        if isinstance(value, str) and len(value) == len("2024-05-01"):
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError("not a day, allowed: one such as 2024-05-01")


Selector = Annotated[str, Field(max_length=500), AfterValidator(_selector)]
Expression = Annotated[str, Field(max_length=300), AfterValidator(_expression)]
Host = Annotated[str, AfterValidator(_host), WithJsonSchema({"type": "string", "pattern": _HOST})]
Zone = Annotated[str, AfterValidator(_zone)]
DateForm = Annotated[str, Field(max_length=60), AfterValidator(_form)]
Day = Annotated[
    dt.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})
]
