"""A proposed profile as the YAML that a person would write."""

from __future__ import annotations

import re

from monitor.parse.suggest import KEYS, Proposal
from monitor.text import flat

_PLAIN = re.compile(r"[A-Za-z][\w .>+-]*[\w]|[a-z]")
_SHOWN = 60  # characters of what a selector shows
_HEAD = "# yaml-language-server: $schema=../schema/profile.schema.json\n"


def to_yaml(proposal: Proposal, url: str) -> str:
    """The file, with what each selector shows of the page at ``url`` behind it."""
    profile = proposal.profile
    lines = [
        f"# Proposed from one page: {_comment(url, 300)}",
        "# Check it with another: monitor profile try URL",
        f"hosts: [{', '.join(profile.hosts)}]",
    ]
    if profile.timezone:
        lines.append(f"timezone: {profile.timezone}")
    for key in (*KEYS, "next"):
        selector = getattr(profile, key)
        if selector is not None:
            shows = _comment(proposal.shows.get(key, ""), _SHOWN)
            lines.append(f"{key}: {_quoted(selector)}" + (f"  # {shows}" if shows else ""))
        elif key in proposal.left:
            lines.append(f"# {key}: {proposal.left[key]}")
    return _HEAD + "".join(f"{line}\n" for line in lines)


def _comment(text: str, most: int) -> str:
    """A stranger's words that cannot leave their line."""
    line = " ".join(flat(text).split())
    return line if len(line) <= most else f"{line[:most].rstrip()} …"


def _quoted(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else "'" + text.replace("'", "''") + "'"
