"""A page's bytes to an Article: no network, no files, no clock (docs/library.md).

``parse_article`` decodes, parses and walks a page once, then decides on the flat list of blocks:
charset → walk → title → body → language → dates → dateline → source. What a site's ``Profile``
selects goes first; ``load_profiles`` alone reads files.
"""

from __future__ import annotations

from monitor.models import Article
from monitor.parse.ninjs import to_ninjs
from monitor.parse.preload import preload
from monitor.parse.profile import NO_PROFILES, Profile, profile_of
from monitor.parse.profilefile import load_profiles, read_profile
from monitor.parse.schemaorg import to_schema_org
from monitor.parse.text import dateline_text, to_text

__all__ = [
    "NO_PROFILES",
    "Profile",
    "dateline_text",
    "load_profiles",
    "parse_article",
    "preload",
    "profile_of",
    "read_profile",
    "to_ninjs",
    "to_schema_org",
    "to_text",
]


def parse_article(
    html: bytes,
    url: str,
    *,
    charset: str | None = None,
    timezone: str | None = None,
    profile: Profile | None = None,
) -> Article:
    """The news story on a page.

    ``charset`` is the HTTP header's; ``timezone`` is the IANA name of the zone in which times
    without an offset are meant; ``profile`` is what is known of the site: what it finds goes first.
    Raises ParseError where the bytes are no HTML, or the page shows no title or no body, or is
    something else than a story, which it names.
    """
    # Loaded with the first page: the parser is a tenth of a second that looking at sources spares.
    from monitor.parse.article import read_article

    return read_article(html, url, charset, timezone, profile)
