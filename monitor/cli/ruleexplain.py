"""``monitor rule explain``"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from monitor.cli.common import MOST, AsJson, Context
from monitor.cli.pages import read_story
from monitor.cli.ruleshow import in_context, rule_named, tell
from monitor.cli.show import out, show_json
from monitor.deliver.marks import span_json
from monitor.errors import NotFoundError, ParseError, contained
from monitor.match import compile_query
from monitor.match.explain import Explanation
from monitor.match.explain import explain as explained
from monitor.match.why import why
from monitor.models import Article, Fetched
from monitor.parse import parse_article, profile_of
from monitor.store import stories
from monitor.text import flat

_MOST_CHILDREN = 15  # of a node, of those that are not there; what is there is shown always
_MOST_LINES = 3  # of hits
_PIPE = 100_000  # columns
_BOTH = "give a RULE and a STORY, or --query and a STORY: monitor rule explain railway 12"
_BESIDE_QUERY = "give a STORY beside --query: monitor rule explain --query 'debt NEAR/5 Laos' 12"


def explain(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[RULE] STORY",
            help="An id of rules.yaml, and a number of `story list`, an HTML page or an Article's"
            " JSON: a file, an address, or - for standard input.",
        ),
    ],
    query: Annotated[
        str | None, typer.Option(help="A query instead of a rule's id.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say why a story meets a rule, or why not: what each part found, and what is nearest.

    Examples: monitor rule explain dams 12, monitor rule explain dams page.html, monitor rule
    explain --query 'debt NEAR/5 Laos' 12
    """
    called = context.ensure_object(Context)
    if len(words) != (2 if query is None else 1):
        raise typer.BadParameter(_BOTH if query is None else _BESIDE_QUERY)
    name = words[0] if query is None else None
    query = rule_named(words[0], called.config()).query if query is None else query
    concepts = called.concepts()
    root = compile_query(query, concepts)
    article, carried = _story(called, words[-1])
    found = explained(root, article, concepts, carried)
    if as_json:
        record = {"rule": name, "query": query, "story": words[-1], "title": article.title}
        show_json(record | {"matches": found.holds, "why": why(found), "tree": _record(found)})
        return
    verb = "matches" if found.holds else "does not match"
    style = "green" if found.holds else "red"
    tell(f"{name or 'the query'} {verb}: {why(found)}", f"bold {style}")
    tell(article.title)
    # Nothing is cut off in a pipe, nor parted: whoever reads it may look for a line.
    to = out if out.is_terminal else Console(highlight=False, width=_PIPE)
    to.print(_tree(found, article))


def _story(called: Context, given: str) -> tuple[Article, int]:
    """The story, and how many sites carry it.

    Raises ConfigError, StoreError, FetchError, ParseError and NotFoundError.
    """
    if given.isascii() and given.isdigit() and not Path(given).exists():
        with called.store() as store, store.read() as tx:
            stored = stories.get(tx, min(int(given[:12]), MOST))
        if stored is None:
            raise NotFoundError(f"no story {given}: see `monitor story list`")
        return stored.article, stored.carried_by
    profiles = called.profiles()

    def read(page: Fetched) -> Article:
        if page.body.lstrip()[:1] == b"{":
            return _article(page.body, given)
        profile = profile_of(profiles, page.url)
        return parse_article(page.body, page.url, charset=page.charset, profile=profile)

    with contained(ParseError, given):
        return read_story(given, called, profiles, read).article, 1


def _article(body: bytes, given: str) -> Article:
    try:
        return Article.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise ParseError(
            f"{given} is no Article: {where}: {first['msg']}; `monitor parse --schema` says what is"
        ) from error


def _record(found: Explanation) -> dict[str, Any]:
    record = {each.name: getattr(found, each.name) for each in dataclasses.fields(found)}
    spans = [span_json(span) for span in found.spans]
    return record | {"spans": spans, "children": [_record(child) for child in found.children]}


def _tree(found: Explanation, article: Article) -> Tree:
    tree = Tree(_line(found))
    _grow(tree, found, article)
    return tree


def _grow(tree: Tree, found: Explanation, article: Article) -> None:
    places = dict.fromkeys((span.field, span.paragraph) for span in found.spans)
    for field, number in list(places)[:_MOST_LINES]:
        here = [span for span in found.spans if (span.field, span.paragraph) == (field, number)]
        where = f"paragraph {number + 1}" if field == "body" else field
        tree.add(Text.assemble((f"{where}: ", "dim"), in_context(article, here)))
    shown = _shown(found)
    for child in shown:
        _grow(tree.add(_line(child)), child, article)
    if rest := len(found.children) - len(shown):
        tree.add(Text(f"… and {rest} more that are not there", style="dim"))


def _shown(found: Explanation) -> list[Explanation]:
    """Its children in their order, without most of those of which there is nothing to say."""
    failed = [child for child in found.children if not child.holds]
    failed.sort(key=lambda child: not (child.note or child.children))
    hidden = {id(child) for child in failed[_MOST_CHILDREN:]}
    return [child for child in found.children if id(child) not in hidden]


_NAMES = {"and": "all of these", "or": "one of these", "not": "NOT: none of this"}


def _line(found: Explanation) -> Text:
    sign, good = ("✓" if found.holds else "✗"), found.holds == found.wanted
    line = Text(f"{sign} ", style="green" if good else "red")
    line.append(flat(_NAMES.get(found.kind, found.query)), style="bold")
    if found.places and found.kind != "atleast":
        line.append(f"  {found.places} place{'s' * (found.places != 1)}", style="dim")
    if found.note:
        line.append(f"  {flat(found.note)}", style="" if good else "yellow")
    return line
