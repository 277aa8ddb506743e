"""Queries as values of configuration files: checked as they are read."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from monitor.errors import RuleError
from monitor.match import asks_carried, compile_query

_SHOWN = 30  # characters of a query that a message repeats


def _compiles(query: str) -> str:
    try:
        compile_query(query)
    except RuleError as error:
        raise PydanticCustomError("query", "{message}", where(error)) from error
    return query


def where(error: RuleError) -> dict[str, Any]:
    """The message with the words at the mistake, since nobody counts characters; the position."""
    at, message = error.position, error.message
    if near := " ".join(error.query[at : at + _SHOWN].split()):
        message += f" (at character {at + 1}: “{near}”)"
    return {"message": message, "position": at}


Query = Annotated[str, AfterValidator(_compiles)]


def _asks_no_number(query: str) -> str:
    at = asks_carried(query)
    if at is not None:
        message = (
            "carried is for rules alone: the topic, and a query under a name, are settled when a"
            " story is read"
        )
        raise PydanticCustomError("query", "{message}", where(RuleError(message, query, at)))
    return query


StoryQuery = Annotated[Query, AfterValidator(_asks_no_number)]
