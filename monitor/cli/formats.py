"""The forms in which the commands give an Article: docs/library.md says what stands in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from monitor.models import Article
from monitor.parse import to_ninjs, to_schema_org


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    NINJS = "ninjs"
    SCHEMA_ORG = "schema.org"


class RecordFormat(StrEnum):
    """Those that are JSON."""

    JSON = "json"
    NINJS = "ninjs"
    SCHEMA_ORG = "schema.org"


def _plain(article: Article) -> dict[str, Any]:
    return article.model_dump(mode="json")


RECORDS: Mapping[str, Callable[[Article], dict[str, Any]]] = {
    "json": _plain,
    "ninjs": to_ninjs,
    "schema.org": to_schema_org,
}
