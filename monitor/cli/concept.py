"""``monitor concept``"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, get_args

import typer

from monitor.cli.common import AsJson, Context
from monitor.cli.pages import read_file
from monitor.cli.show import err, out, show_json, show_rows
from monitor.concepts import LANGUAGES, Entry, Kind, Library, unknown
from monitor.errors import NotFoundError
from monitor.match.mentions import Held, Mentioned, mentions
from monitor.models import Article, Span
from monitor.text import one_line

app = typer.Typer()
NOTHING = "It names no concept: `monitor concept list` shows which there are."


@app.command(name="list")
def list_(
    context: typer.Context,
    kind: Annotated[
        str | None,
        typer.Option("--kind", "-k", help="person, place, project …", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the concepts of all packs.

    Example: monitor concept list --kind project
    """
    kinds = get_args(Kind)
    if kind is not None and kind not in kinds:
        raise typer.BadParameter(f"{kind!r} is no kind: {', '.join(kinds)}", param_hint="--kind")
    library = context.ensure_object(Context).library()
    rows = [
        _row(entry) for entry in library.entries.values() if kind is None or entry.said.kind == kind
    ]
    columns = ["id", "kind", "names", "about"]
    empty = "No concepts: packs are the files of config/concepts/, see docs/concepts.md."
    show_rows(rows, columns, as_json=as_json, empty=empty)


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": entry.said.kind,
        "names": len(entry.names),
        "about": entry.said.about,
        "pack": entry.document.file,
        "line": entry.line,
    }


@app.command()
def show(
    context: typer.Context,
    concept: Annotated[str, typer.Argument(help="Its id, as in `concept list`.")],
    as_json: AsJson = False,
) -> None:
    """Show one concept: its names by language, guards, offices, links and notes.

    Example: monitor concept show china-laos-railway
    """
    library = context.ensure_object(Context).library()
    entry = library.entries.get(concept.removeprefix("@"))
    if entry is None:
        raise NotFoundError(unknown(concept.removeprefix("@"), library.entries))
    broader = library.broader(entry.id)
    if as_json:
        said = entry.said.model_dump(mode="json", by_alias=True)
        named_by = {code: said.pop(code) for code in LANGUAGES}
        names = {code: found for code, found in named_by.items() if found}
        show_json(_row(entry) | said | {"names": names, "broader": broader})
        return
    out.print(f"@{entry.id}", style="bold", markup=False)
    for name, fact in _facts(entry, broader):
        out.print(f"{name}: {one_line(fact)}", markup=False, soft_wrap=True)


def _facts(entry: Entry, broader: Iterable[str]) -> Iterable[tuple[str, str]]:
    said = entry.said
    yield "About", said.about
    yield "Kind", said.kind
    for code, namings in said.names.items():
        shown = (f"{each.name} ({each.note})" if each.note else each.name for each in namings)
        yield LANGUAGES[code].capitalize(), ", ".join(shown)
    if said.query:
        yield "Query", said.query
    for office in said.offices:
        times = f"{office.since or '?'} to {office.until or 'now'}"
        yield "Office", f"{office.office}, {times}"
    lists = {
        "Not when": said.not_when,
        "Only with": said.only_with,
        "Narrower": [f"@{each}" for each in said.narrower],
        "Broader": [f"@{each}" for each in broader],
    }
    yield from ((name, ", ".join(values)) for name, values in lists.items() if values)
    if said.note:
        yield "Note", said.note
    yield "Pack", f"{entry.document.file}:{entry.line}"


@app.command(name="try")
def try_(
    context: typer.Context,
    text: Annotated[
        str | None, typer.Argument(help="Some words, or - for standard input.", show_default=False)
    ] = None,
    file: Annotated[
        str | None, typer.Option("--file", "-f", help="A text file.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell which concepts a text names, where, by which name, and what holds names back.

    Examples: monitor concept try '中老铁路 carries Lao durian', monitor concept try -f story.txt
    """
    if (text is None) == (file is None):
        raise typer.BadParameter("give a text, -f FILE, or - for standard input")
    library = context.ensure_object(Context).library()
    written = text if text is not None and text != "-" else _read(file or "-")
    article = Article(url="", title="", body=tuple(written.splitlines()))
    rows = [row for each in mentions(article, library.concepts) for row in _rows(each, library)]
    columns = ["concept", "kind", "text", "name", "where", "held_back", "part_of"]
    if as_json:
        show_json(rows)
        return
    show_rows([row | _in_words(row) for row in rows], columns, as_json=False, empty=NOTHING)
    if any(row["held_back"] for row in rows):
        err.print(
            "note: what is held back does not count; `monitor concept show ID` has the guards"
        )


def _read(file: str) -> str:
    try:
        return read_file(file).body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{file} is not UTF-8: save it as UTF-8") from error


def _rows(each: Mentioned, library: Library) -> Iterable[dict[str, Any]]:
    """A row for each spelling of each name, with all of its places."""
    rows: dict[tuple[str, str, str | None], dict[str, Any]] = {}
    every: list[Span | Held] = [*each.spans, *each.held]
    for found in every:
        span, reason = (found, None) if isinstance(found, Span) else (found.span, _reason(found))
        row = {
            "concept": each.concept.id,
            "kind": each.concept.kind,
            "text": span.text,
            "name": span.term,
            "places": [],
            "held_back": reason,
            "part_of": library.above(each.concept.id),
        }
        place = {"line": span.paragraph + 1, "start": span.start, "end": span.end}
        rows.setdefault((span.text, span.term, reason), row)["places"].append(place)
    return rows.values()


def _in_words(row: dict[str, Any]) -> dict[str, Any]:
    """``where`` as line and character, both from 1; nothing where ``part_of`` names none."""
    where = [f"{place['line']}:{place['start'] + 1}" for place in row["places"]]
    return {"where": where, "part_of": row["part_of"] or None}


def _reason(held: Held) -> str:
    if held.guard is None:
        return "only_with: none of these is in the text"
    return f"not_when: inside “{held.guard.text}”"
