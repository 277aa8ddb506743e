"""A rule's id where only few characters may stand: in a header, in the name of a file."""

from __future__ import annotations

import re

LONGEST = 64


def slug(rule: str) -> str:
    """Ids of rules are such names already; whatever else it is, becomes one."""
    return re.sub(r"[^a-z0-9_-]", "_", rule.lower())[:LONGEST] or "_"
