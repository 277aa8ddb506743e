"""Which links are stories that their source announced before, under another address.

A canonical URL comes first. A guid counts only where a feed shows that it means it: it is unique
there, no known story bears another one than it used to, and one at least bears its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from monitor.models import Link
from monitor.store.links import Named, guid_key


def unique_guids(found: Mapping[str, Link]) -> dict[str, str]:
    """By the guids that one link alone bears, its key."""
    guids = {key: guid for key, link in found.items() if (guid := guid_key(link))}
    number = Counter(guids.values())
    return {guid: key for key, guid in guids.items() if number[guid] == 1}


def readdressed(found: Mapping[str, Link], named: Sequence[Named]) -> dict[str, Named]:
    """By their keys of now, those of ``found`` that are ``named`` as they were before.

    ``named`` are the stories of the source that bear one of the guids of ``found``.
    """
    guids, number = unique_guids(found), Counter(each.guid for each in named)
    there = [guid_key(found[each.key]) == each.guid for each in named if each.key in found]
    if not there or not all(there):  # numbers of places in the list, or made anew at every edit
        return {}
    return {
        key: each
        for each in named
        if each.key not in found
        and number[each.guid] == 1
        and (key := guids.get(each.guid)) is not None
        and _at_one_time(each.link, found[key])
    }


def _at_one_time(one: Link, other: Link) -> bool:
    return None in (one.published, other.published) or one.published == other.published
