"""What may stand in the configuration files, for editors (JSON Schema) and for people (tables).

The JSON Schema of an Article, for those who receive one, is here too.

``python -m monitor.schema CONFIG DOC`` writes both anew when ``settings.py`` has changed.
"""

from __future__ import annotations

import html
import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from monitor.concepts import PackFile
from monitor.deliver import CHANNELS, Channel
from monitor.discover import SOURCE_KINDS, Source
from monitor.fields import DURATION, format_duration
from monitor.models import Article, Value
from monitor.parse import Profile
from monitor.problems import resolved
from monitor.settings import FILES, RuleSettings

Schema = dict[str, Any]


class _AsWritten(GenerateJsonSchema):
    """Lengths of time as one writes them, not as ISO 8601 does."""

    def encode_default(self, dft: Any) -> Any:
        return format_duration(dft) if isinstance(dft, timedelta) else super().encode_default(dft)


def schemas() -> dict[str, Schema]:
    """The JSON Schema (draft 2020-12) of each file, by the file's name, and that of ``article``.

    ``${NAME}`` may stand wherever a single value is asked for.
    """
    found: dict[str, Schema] = {name: _schema(name, model) for name, model in FILES.items()}
    for name, model in (("profile.yaml", Profile), ("concepts.yaml", PackFile)):
        found[name] = _schema(name, model)
    return found | {"article": article_schema()}


def _schema(name: str, model: type[Value]) -> Schema:
    schema: Schema = _widened(model.model_json_schema(schema_generator=_AsWritten))
    for definition in schema["$defs"].values():
        if "const" in definition.get("properties", {}).get("kind", {}):
            # The kind tells the members of a union apart, even where the class has a default.
            definition["required"] = sorted({"kind", *definition.get("required", ())})
            definition["properties"].pop("id", None)  # a source's id is its key
    return {"$schema": _AsWritten.schema_dialect, "title": name} | schema


def article_schema() -> Schema:
    """What ``Article.model_dump(mode="json")`` gives; a later version may have more keys."""
    schema: Schema = _said(Article.model_json_schema())
    for part in (schema, *schema["$defs"].values()):
        if "properties" in part:
            part["required"] = list(part["properties"])
    return {"$schema": _AsWritten.schema_dialect, "title": "Article"} | schema


def _said(node: Any) -> Any:
    """``node`` without what says nothing, and without forbidding what is to come."""
    if isinstance(node, list):
        return [_said(item) for item in node]
    if not isinstance(node, dict):
        return node
    silent = {key for key in node if _is_noise(key, node)} | {"default"}
    if node.get("additionalProperties") is False:
        silent.add("additionalProperties")
    return {key: _said(value) for key, value in node.items() if key not in silent}


def _widened(node: Any) -> Any:
    """``node`` with variables let in, unknown names kept out, and without what says nothing."""
    if isinstance(node, list):
        return [_widened(item) for item in node]
    if not isinstance(node, dict):
        return node
    wide = {key: _widened(value) for key, value in node.items() if not _is_noise(key, node)}
    if "patternProperties" in wide:
        wide["additionalProperties"] = False
    return _or_variable(wide)


def _is_noise(key: str, node: Schema) -> bool:
    if key == "title":  # made of the key by pydantic; a field called title is a dict
        return isinstance(node[key], str)
    if key == "default":
        return "$ref" in node or node[key] is None
    return key == "discriminator"


_SINGLE = {"integer", "number", "boolean"}
_NARROWING = {"pattern", "enum", "format", "maxLength"}
_ANNOTATIONS = {"description", "default", "examples"}
_VARIABLE = {"type": "string", "pattern": r"\$\{"}


def _or_variable(node: Schema) -> Schema:
    kind = node.get("type")
    if kind not in _SINGLE and not (kind == "string" and _NARROWING & node.keys()):
        return node
    strict = {key: value for key, value in node.items() if key not in _ANNOTATIONS}
    said = {key: value for key, value in node.items() if key in _ANNOTATIONS}
    return said | {"anyOf": [strict, _VARIABLE]}


# --- tables for people -------------------------------------------------------------------------


def tables() -> dict[str, str]:
    """Markdown tables of all keys: one for each file, kind of channel and kind of source."""
    found: dict[str, str] = {name: _table(_rows(model)) for name, model in FILES.items()}
    found["rules"] = _table(_rows(RuleSettings))
    found["sources"] = _table(_rows(Source))
    found["channels"] = _table(_rows(Channel))
    found |= _own("channel", CHANNELS, Channel) | _own("source", SOURCE_KINDS, Source)
    return found


def _own(word: str, kinds: Mapping[str, type[Value]], common: type[Value]) -> dict[str, str]:
    """A table for each kind, of the keys that it does not share with the others."""
    shared = _rows(common)
    rows = {
        kind: [row for row in _rows(model) if row not in shared] for kind, model in kinds.items()
    }
    return {f"{word} {kind}": _table(own) for kind, own in rows.items() if own}


Row = tuple[str, str, str, str]


def _rows(model: type[Value]) -> list[Row]:
    schema = model.model_json_schema(schema_generator=_AsWritten)
    return list(_keys(schema, schema, ""))


def _keys(node: Schema, schema: Schema, above: str) -> Iterator[Row]:
    required = node.get("required", ())
    for name, field in node["properties"].items():
        inside = resolved(field, schema)
        if "properties" in inside:
            yield from _keys(inside, schema, f"{above}{name}.")
        elif name not in ("id", "kind"):  # the key above, and what the table is about
            said = html.escape(inside.get("description", ""), quote=False)
            needed = f"required in `{above[:-1]}`" if above else "required"
            default = needed if name in required else _default(inside)
            yield f"`{above}{name}`", _value(inside, schema), default, said


_FORMS = {"uri": "web address", "password": "secret"}
_TYPES = {
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "string": "text",
}


def _value(node: Schema, schema: Schema) -> str:
    """What may stand there, in words."""
    if node.get("type") == "array":
        return f"list of {_value(resolved(node['items'], schema), schema)}s"
    if node.get("type") == "object":
        below = node.get("additionalProperties")
        secret = isinstance(below, dict) and below.get("format") == "password"
        return "names, each with a secret" if secret else "names with keys below them"
    if "oneOf" in node:
        return " or ".join(_value(each, schema) for each in node["oneOf"])
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return ", ".join(f"`{value}`" for value in node["enum"])
    if node.get("pattern") == DURATION:
        return "length of time"
    words = _FORMS.get(node.get("format", ""), _TYPES[node["type"]])
    low, high = node.get("minimum"), node.get("maximum")
    if low is not None:
        return f"{words}, {low:,} to {high:,}"
    return f"{words}, at most {high:,}" if high is not None else words


def _default(node: Schema) -> str:
    default = node.get("default")
    if default in (None, [], ""):
        return "none"
    return f"`{default:g}`" if isinstance(default, float) else f"`{str(default).lower()}`"


def _table(rows: list[Row]) -> str:
    head: list[Row] = [("key", "value", "default", "meaning"), ("---", "---", "---", "---")]
    return "".join(f"| {' | '.join(row)} |\n" for row in [*head, *rows])


_MARKED = re.compile(r"(<!-- keys: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def with_tables(document: str) -> str:
    """``document`` with each table between ``<!-- keys: NAME -->`` and ``<!-- end -->``."""
    known = tables()
    return _MARKED.sub(lambda found: f"{found[1]}{known[found[2]]}{found[3]}", document)


# --- both on disk ------------------------------------------------------------------------------


def write(config: Path, document: Path) -> None:
    """Bring the schemas below the folder ``config``, and the tables of ``document``, up to date."""
    folder = config / "schema"
    folder.mkdir(exist_ok=True)
    for name, schema in schemas().items():
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        (folder / f"{name.removesuffix('.yaml')}.schema.json").write_text(text, "utf-8")
    document.write_text(with_tables(document.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:]))
