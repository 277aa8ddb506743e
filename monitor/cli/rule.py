"""``monitor rule``"""

from __future__ import annotations

from typing import Annotated

import typer
from rich.progress import track

from monitor.cli.common import AsJson, Context, since
from monitor.cli.show import err, marked, out, printed, show_json, show_rows
from monitor.deliver.marks import pieces, reasons, span_json
from monitor.match import RuleSet, compile_query, lint
from monitor.models import Match
from monitor.store import stories
from monitor.store.stories import Story

app = typer.Typer()


@app.command(name="list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the rules that are in force."""
    rules = context.ensure_object(Context).config().rules
    rows = [
        {"id": rule.id, "name": rule.label, "channels": list(rule.channels), "query": rule.query}
        for rule in rules
    ]
    show_rows(
        rows, ["id", "name", "channels", "query"], as_json=as_json, empty="rules.yaml has no rules."
    )


@app.command(name="try")
def try_(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="As in rules.yaml.")],
    period: Annotated[
        str | None, typer.Option("--since", help="First seen within 6h, 30d …", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a query over the stored stories and mark what it finds.

    Example: monitor rule try 'railway AND (accident OR delay)' --since 30d
    """
    compile_query(query)
    rules = RuleSet.compile({"tried": query})
    for warning in lint(query):
        err.print(f"note: {warning}", markup=False)
    with context.ensure_object(Context).store() as store, store.read() as tx:
        every = stories.listing(tx, since=since(period))
        watched = track(every, "Reading stories", console=err, transient=True, disable=as_json)
        read = [(story, rules.match(story.article, carried=story.carried_by)) for story in watched]
    hits = [(story, found[0]) for story, found in read if found]
    if as_json:
        show_json([_row(story, match) for story, match in hits])
        return
    for story, match in hits:
        _print(story, match)
    err.print(f"{len(hits)} of {len(read)} stories match.")


def _row(story: Story, match: Match) -> dict[str, object]:
    return {
        "story": story.id,
        "title": story.article.title,
        "url": story.article.url,
        "updated": printed(story.article.updated or story.article.published),
        "terms": list(match.terms),
        "concepts": list(match.concepts),
        "reasons": reasons(match),
        "spans": [span_json(span) for span in match.spans],
    }


def _print(story: Story, match: Match) -> None:
    article = story.article
    title = [span for span in match.spans if span.field == "title"]
    out.print(f"{story.id}  ", end="", style="dim")
    out.print(marked(pieces(article.title, title)), soft_wrap=True, style="bold")
    shown = sorted({span.paragraph for span in match.spans if span.field == "body"})[:3]
    for index in shown:
        spans = [s for s in match.spans if s.field == "body" and s.paragraph == index]
        out.print("    ", marked(pieces(article.body[index], spans)), soft_wrap=True, sep="")
