"""The lines of a text: where they start, and which of them are blank or comments."""

from __future__ import annotations

import re

BLANK = re.compile(r"\n[ \t\r]*\n")
_COMMENT = re.compile(r"(?:[ \t\r]*\n)*( *)#[^\n]*(?:\n|\Z)")
_HEADING = re.compile(r"([-=#*~_])\1\1")  # a rule in a comment: it is over more than one key


def line(text: str, at: int) -> int:
    """Where the line of ``at`` starts."""
    return text.rfind("\n", 0, at) + 1


def next_line(text: str, at: int) -> int:
    return text.find("\n", at) + 1 or len(text)


def newline_of(text: str) -> str:
    """How the lines of a text end, judged by its first."""
    return "\r\n" if text[: next_line(text, 0)].endswith("\r\n") else "\n"


def past_comments(text: str, at: int, least: int) -> int:
    """``at``, or where the comments end that stand there, indented by ``least`` or more."""
    while (found := _COMMENT.match(text, at)) and len(found[1]) >= least:
        at = found.end()
    return at


def with_comments(text: str, at: int, column: int) -> int:
    """Where the comments start that stand right above the key at ``at``, in its own column."""
    while True:
        above = line(text, at - 1)
        comment = text[above:at]
        if not comment.startswith(f"{' ' * column}#") or _HEADING.search(comment):
            return at
        at = above


def is_blank(text: str, at: int) -> bool:
    """Whether the line at ``at`` is blank, or there is none."""
    return not text[at : next_line(text, at)].strip()


def above_blanks(text: str, at: int) -> int:
    """Where the blank lines start that end at ``at``."""
    while at and not text[line(text, at - 1) : at].strip():
        at = line(text, at - 1)
    return at


def below_blanks(text: str, at: int) -> int:
    """Where the blank lines end that start at ``at``."""
    while at < len(text) and is_blank(text, at):
        at = next_line(text, at)
    return at
