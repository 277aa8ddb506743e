"""Subscription lists that feed readers exchange: OPML 1.0 and 2.0 (http://opml.org/spec2.opml).

Folders are tags. What only we know of stands in a namespace of its own, as the standard asks, so
that other readers pass it by.
"""

from __future__ import annotations

from dataclasses import dataclass

NAMESPACE = "urn:china-laos-monitor"
ID, ENABLED = f"{{{NAMESPACE}}}id", f"{{{NAMESPACE}}}enabled"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One feed of a list."""

    url: str  # xmlUrl
    name: str  # text, else title, else the address
    tags: tuple[str, ...] = ()  # the folders that it stands in, from the outermost
    language: str | None = None  # BCP 47
    site: str | None = None  # htmlUrl
    id: str | None = None  # in a list that we wrote
    enabled: bool = True
