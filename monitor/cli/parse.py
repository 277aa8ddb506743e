"""``monitor parse``"""

from __future__ import annotations

import sys
from typing import Annotated
from zoneinfo import available_timezones

import typer

from monitor.cli.common import Context
from monitor.cli.formats import RECORDS, Format
from monitor.cli.pages import read_story
from monitor.cli.show import err, show_json
from monitor.errors import ParseError, contained
from monitor.models import Article, Fetched
from monitor.parse import parse_article, profile_of, to_text
from monitor.schema import article_schema
from monitor.text import flat


def parse(
    context: typer.Context,
    page: Annotated[
        str | None,
        typer.Argument(help="A file, an address, or - for standard input.", show_default=False),
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="Where a file's page was published.", show_default=False)
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="For people or machines: see docs/library.md.")
    ] = Format.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    timezone: Annotated[
        str | None, typer.Option(help="Of printed times without an offset.", show_default=False)
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of Article.")
    ] = False,
) -> None:
    """Turn one page into an Article.

    Examples: monitor parse page.html --url https://en.example/2026-11/18/c_1.htm,
    monitor parse https://en.example/2026-11/18/c_1.htm --format json
    """
    if schema:
        show_json(article_schema())
        return
    if page is None:
        raise typer.BadParameter("give a file, an address, or - for standard input")
    if timezone is not None and timezone not in available_timezones():
        raise typer.BadParameter(f"{timezone!r} is no time zone: Asia/Vientiane, Asia/Shanghai …")
    with contained(ParseError, page):
        article = _article(page, url, timezone, context.ensure_object(Context))
    if as_json or format_ is not Format.TEXT:
        show_json(RECORDS["json" if as_json else format_.value](article))
    else:
        for flag in article.flags:
            err.print(
                f"{flag}: {'; '.join(article.doubts)}".rstrip(": "), markup=False, soft_wrap=True
            )
        sys.stdout.writelines(f"{flat(line)}\n" for line in to_text(article).splitlines())


def _article(page: str, url: str | None, timezone: str | None, context: Context) -> Article:
    profiles = context.profiles()

    def read(found: Fetched) -> Article:
        where = url or found.url
        profile = profile_of(profiles, where)
        return parse_article(
            found.body, where, charset=found.charset, timezone=timezone, profile=profile
        )

    return read_story(page, context, profiles, read).article
