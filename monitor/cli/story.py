"""``monitor story``"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from monitor.alert import unalerted
from monitor.cli.common import MOST, AsJson, Context, Limit, since
from monitor.cli.show import marked, out, printed, quality_line, show_json, show_rows
from monitor.cli.storyexport import export
from monitor.deliver.marks import in_words, pieces, reasons
from monitor.errors import NotFoundError
from monitor.models import Article, Match, Span
from monitor.parse import dateline_text
from monitor.store import stories
from monitor.store.stories import Story
from monitor.text import one_line

app = typer.Typer()
app.command()(export)


@app.command(name="list")
def list_(
    context: typer.Context,
    limit: Limit = 50,
    period: Annotated[
        str | None, typer.Option("--since", help="First seen within 6h, 30d …", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List stories, newest first."""
    with context.ensure_object(Context).store() as store, store.read() as tx:
        rows = [row_of(story) for story in stories.listing(tx, limit=limit, since=since(period))]
    columns = ["id", "title", "source", "updated", "dateline", "language", "topic"]
    columns += ["carried_by", "copy_of", "flags"]
    show_rows(rows, columns, as_json=as_json, empty="No stories yet: `monitor once` fetches some.")


def row_of(story: Story) -> dict[str, Any]:
    article = story.article
    return {
        "id": story.id,
        "title": article.title,
        "source": article.source or story.source,
        "updated": printed(article.updated or article.published),
        "dateline": article.dateline.place if article.dateline else None,
        "language": article.language,
        "topic": story.on_topic,
        "carried_by": story.carried_by,
        "copy_of": story.copy_of,
        "flags": ", ".join(article.flags) or None,
        "kind": article.kind,
        "quality": article.quality,
        "doubts": list(article.doubts),
        "reason": story.reason,
        "revision": story.revision,
        "first_seen_at": story.first_seen_at,
        "url": article.url,
    }


@app.command()
def show(
    context: typer.Context,
    story: Annotated[int, typer.Argument(max=MOST, help="Its number in `story list`.")],
    as_json: AsJson = False,
) -> None:
    """Show one story with what the rules found in it."""
    with context.ensure_object(Context).store() as store, store.read() as tx:
        found = stories.get(tx, story)
        matches = stories.matches_of(tx, story)
    if found is None:
        raise NotFoundError(f"no story {story}: see `monitor story list`")
    if as_json:
        rules = [_match_row(match) for match in matches]
        article = found.article.model_dump(mode="json")
        show_json(row_of(found) | {"matches": rules, "article": article})
        return
    print_story(found, matches)


def _match_row(match: Match) -> dict[str, Any]:
    return {
        "rule": match.rule,
        "terms": list(match.terms),
        "concepts": list(match.concepts),
        "reasons": reasons(match),
    }


def print_story(story: Story, matches: list[Match]) -> None:
    facts = {"Archive": f"{story.reason}; carried by {story.carried_by}"}
    for match in matches:
        facts[f"Rule {match.rule}"] = in_words(match)
    print_article(story.article, [span for match in matches for span in match.spans], facts)


def print_article(article: Article, spans: Sequence[Span], more: Mapping[str, str]) -> None:
    """Its title, what stands beside it, ``more`` lines of that kind, and the body, marked."""
    out.print(marked(pieces(article.title, _in(spans, "title", 0))), style="bold")
    facts = {
        "Source": article.source,
        "Updated": printed(article.updated),
        "Published": printed(article.published),
        "Dateline": dateline_text(article),
        "By": ", ".join(article.authors),
        "Link": article.url,
        "Kind": unalerted(article.kind),
        "Quality": quality_line(article),
        **more,
    }
    for name, fact in facts.items():
        if fact:
            out.print(f"{name}: {one_line(fact)}", markup=False, soft_wrap=True)
    for index, paragraph in enumerate(article.body):
        out.print()
        out.print(marked(pieces(paragraph, _in(spans, "body", index))), soft_wrap=True)


def _in(spans: Sequence[Span], field: str, paragraph: int) -> list[Span]:
    return [span for span in spans if (span.field, span.paragraph) == (field, paragraph)]
