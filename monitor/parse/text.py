"""An Article as plain text, in the layout of the news page that this monitor grew from."""

from __future__ import annotations

from monitor.models import Article


def to_text(article: Article) -> str:
    """Title, a line of source and date, then the paragraphs, parted by blank lines.

    What the article does not have is left out, and with it the line that would be empty.
    """
    credit = (
        f"Source: {article.source}" if article.source else "",
        f"Updated: {article.updated}" if article.updated else "",
        f"Published: {article.published}" if article.published and not article.updated else "",
    )
    line = " ".join(part for part in credit if part)
    return "\n\n".join(part for part in (article.title, line, *article.body) if part) + "\n"


def dateline_text(article: Article) -> str | None:
    """``VIENTIANE, 2026-11-18, Xinhua``, as far as the story says."""
    line = article.dateline
    if line is None:
        return None
    return ", ".join(str(part) for part in (line.place, line.date, line.agency) if part) or None
