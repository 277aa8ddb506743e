"""What pydantic found wrong, in words that name the place and what is allowed.

A message shows what the file says, before any ``${NAME}`` is filled in, and never a secret.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from monitor.errors import Problem
from monitor.models import Value
from monitor.text import one_line
from monitor.yamlfile import Document
from monitor.yamlfile import Path as KeyPath

_SHOWN = 80  # characters of a wrong value that a message repeats
Schema = dict[str, Any]


def explain(error: ValidationError, model: type[Value], document: Document) -> list[Problem]:
    """A Problem for each mistake that ``model`` found in ``document``, and that the document has
    not told already."""
    schema = model.model_json_schema()
    found = [_problem(details, document, schema) for details in error.errors()]
    told = {problem.key for problem in document.problems}
    return [problem for problem in found if problem.key not in told]


def meant(word: object, allowed: Iterable[str]) -> str:
    """``, did you mean …? allowed: …``"""
    known = sorted(allowed)
    close = difflib.get_close_matches(str(word), known, n=1)
    guess = f", did you mean {close[0]}?" if close else ","
    return f"{guess} allowed: {', '.join(known) or 'none'}"


@dataclass(frozen=True, slots=True)
class _Place:
    """One of pydantic's locations: the way to it in the file, and what is allowed there."""

    path: KeyPath
    schema: Schema
    is_key: bool  # it is the key that is wrong, not its value


def _problem(details: ErrorDetails, document: Document, schema: Schema) -> Problem:
    kind = details["type"]
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _unknown_kind(_find(details["loc"], schema), document)
    if kind == "extra_forbidden":
        around = _find(details["loc"][:-1], schema)
        key = str(details["loc"][-1])
        known = [
            name for name in around.schema["properties"] if name != "id"
        ]  # it is the key above
        return document.problem((*around.path, key), f"unknown key{meant(key, known)}")
    place = _find(details["loc"], schema)
    if kind == "missing":
        return document.problem(place.path, "required, but missing")
    if kind == "query":
        return query_problem(place.path, details["ctx"], document)
    wanted = _wanted(details, place.schema)
    if wanted == _KEYS:  # a text where a channel should be may be its secret address
        return document.problem(
            place.path, f"{type_of(_value(document.data, place.path))}, {wanted}"
        )
    said = _said(place, document.data)
    if wanted.startswith("allowed:"):
        return document.problem(place.path, f"{said or 'not right'}, {wanted}")
    if isinstance(_value(document.data, place.path), list):  # the message names the entry
        said = ""
    return document.problem(place.path, f"{said}: {wanted}" if said else wanted)


def _unknown_kind(place: _Place, document: Document) -> Problem:
    path, kinds = (*place.path, "kind"), place.schema["discriminator"]["mapping"]
    kind = _value(document.data, path)
    if kind is None:
        return document.problem(path, f"required, but missing{meant('', kinds)}")
    return document.problem(path, f"{shown(kind)} is unknown{meant(kind, kinds)}")


def query_problem(path: KeyPath, context: dict[str, Any], document: Document) -> Problem:
    """Of a query: ``context`` has the ``message``, and the ``position`` in it."""
    as_written = "${" not in str(_value(document.data, path))
    line = document.line_in(path, context["position"]) if as_written else None
    return document.problem(path, context["message"], line=line)


def _wanted(details: ErrorDetails, schema: Schema) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_pattern_mismatch":
        return f"not of the right form, allowed: {schema['description']}"
    if kind == "literal_error":
        # JSON Schema writes the only value that is allowed as a constant.
        return f"allowed: {', '.join(schema.get('enum') or [schema['const']])}"
    if kind in _BOUNDS:
        return f"allowed: {_bounds(schema)}"
    for part, words in _WORDS.items():
        if kind.startswith(part):
            return f"allowed: {words.format(**context)}"
    return details["msg"].replace("Input should be", "allowed:")


_BOUNDS = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")

_KEYS_WORDS = "keys with values"
_KEYS = f"allowed: {_KEYS_WORDS}"

# How pydantic's type of an error starts, and what it asks for; the first that it starts with holds.
_WORDS = {
    "dict_": _KEYS_WORDS,
    "model_": _KEYS_WORDS,
    "list_": "a list, such as [a, b]",
    "tuple_": "a list, such as [a, b]",
    "string_type": "a text, in quotes",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "too_short": "at least {min_length} of them",
    "bool_": "true or false",
    "int_": "a whole number",
    "float_": "a number",
}


def _bounds(schema: Schema) -> str:
    """``1 to 65535``, as far as the schema tells."""
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f"{low} to {high}"
    return "more than 0" + (f", at most {high}" if high is not None else "")


def _said(place: _Place, data: Any) -> str:
    """What the file says there; nothing where that may be a secret."""
    if place.is_key:
        return shown(place.path[-1])
    value, form = _value(data, place.path), place.schema.get("format")
    if form == "password":
        return str(value) if _REFERENCE.fullmatch(str(value)) else ""
    if form == "uri" and isinstance(value, str):
        value = _host_only(value)
    return shown(value)


_REFERENCE = re.compile(r"file:[^$]*|\$\{\w+\}")  # leads to a secret and is none


def shown(value: object) -> str:
    """A value of a file as a message names it."""
    if isinstance(value, str):
        return f"'{one_line(value, _SHOWN)}'"
    if isinstance(value, bool):
        return str(value).lower()
    return one_line(str(value), _SHOWN) if isinstance(value, (int, float)) else type_of(value)


def type_of(value: object) -> str:
    """What kind of thing stands in a file, without its words."""
    if value is None:
        return "empty"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, dict):
        return "keys with values"
    return "a text" if isinstance(value, str) else "a single value"


def _host_only(url: str) -> str:
    """Scheme and host: a path may be a webhook's secret, a user part a password."""
    scheme, slashes, rest = url.rpartition("://")
    authority, *more = re.split(r"[/?#]", rest, maxsplit=1)
    return f"{scheme}{slashes}{authority.rpartition('@')[2]}" + ("/…" if any(more) else "")


def _value(data: Any, path: KeyPath) -> Any:
    for part in path:
        if isinstance(data, list) and isinstance(part, int):
            data = data[part]
        else:
            data = data.get(part) if isinstance(data, dict) else None
    return data


def _find(loc: tuple[int | str, ...], schema: Schema) -> _Place:
    """Walk ``loc`` down the schema: the tags of unions in it stand in no file."""
    path: list[int | str] = []
    node = resolved(schema, schema)
    for part in loc:
        if part == "[key]":
            return _Place(tuple(path), node, is_key=True)
        if "discriminator" in node:
            below = {"$ref": node["discriminator"]["mapping"][part]}
        else:
            path.append(part)
            below = _below(node, part)
        node = resolved(below, schema)
    return _Place(tuple(path), node, is_key=False)


def _below(node: Schema, part: int | str) -> Schema:
    if part in node.get("properties", {}):
        return dict(node["properties"][part])
    inside = [*node.get("patternProperties", {}).values(), node.get("items", {})]
    if isinstance(node.get("additionalProperties"), dict):
        inside.insert(0, node["additionalProperties"])
    return dict(inside[0])


def resolved(node: Schema, schema: Schema) -> Schema:
    """``node`` with what it refers to, and what it may be beside null, put in its place."""
    while "$ref" in node:
        node = {**schema["$defs"][node["$ref"].rpartition("/")[2]], **_without(node, "$ref")}
    options = [option for option in node.get("anyOf", ()) if option != {"type": "null"}]
    return resolved({**options[0], **_without(node, "anyOf")}, schema) if options else node


def _without(node: Schema, key: str) -> Schema:
    return {name: value for name, value in node.items() if name != key}
