"""``monitor rule fmt``"""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from monitor.cli.common import Context
from monitor.cli.show import err
from monitor.cli.sourcefile import Draft, show, write
from monitor.config import load_rules
from monitor.errors import ConfigError
from monitor.match import compile_query, format_query
from monitor.match.layout import laid_out
from monitor.text import flat
from monitor.yamlfile import read_yaml

_WIDTH = 92  # characters of a query's line in the file, without what it is indented by


def fmt(
    context: typer.Context,
    query: Annotated[
        str | None, typer.Argument(help="Else those of rules.yaml.", show_default=False)
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; status 1 if something would change.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change in rules.yaml, and stop.")
    ] = False,
) -> None:
    """Bring queries to their canonical spelling, which means the same.

    Without QUERY those of rules.yaml, in place, long ones over several lines; comments stay.

    Examples: monitor rule fmt 'laos -(football OR "sea games")', monitor rule fmt --check
    """
    if query is not None:
        spelt = format_query(query)
        sys.stdout.write(f"{flat(spelt)}\n")
        if check and spelt != query:
            raise typer.Exit(1)
        return
    draft, names = _drafted(context.ensure_object(Context))
    if dry_run:
        show(draft)
    elif names and not check:
        write(draft)
    verb = "would change" if check or dry_run else "changed"
    for name in names:
        err.print(f"{verb}: {name}", markup=False)
    if not names:
        err.print("All queries are in their canonical spelling.")
    elif check:
        err.print("next: monitor rule fmt")
        raise typer.Exit(1)


def _drafted(called: Context) -> tuple[Draft, list[str]]:
    """``rules.yaml`` as it is and as it is to be, and the rules that change. Raises ConfigError."""
    from monitor.edit.queries import queries, relaid  # slow to load, as in monitor.edit

    path = called.directory / "rules.yaml"
    load_rules(path, called.env)
    before = path.read_bytes()
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    text = before.removeprefix(mark).decode("utf-8")
    written = _queries(text, str(path))
    lines = {name: _laid_out(written[name]) for name in queries(text)}
    after = relaid(text, lines)
    spelt = _queries(after, str(path))
    if _differ(read_yaml(text, "").data, read_yaml(after, "").data):
        document = read_yaml(text, str(path))
        message = "cannot be laid out anew so that all else stays: edit the file by hand"
        raise ConfigError([document.problem(("rules",), message)])
    names = [name for name in written if written[name] != spelt[name]]
    return Draft(path, before, mark + after.encode("utf-8")), names


def _laid_out(query: str) -> list[str]:
    """Its lines; none where they cannot stand in the file as they are."""
    if "$" in query:  # what stands in the environment is not this file's to spell
        return []
    lines = laid_out(compile_query(query), _WIDTH)
    return lines if all(flat(line) == line for line in lines) else []


def _queries(text: str, file: str) -> dict[str, str]:
    rules = read_yaml(text, file).data.get("rules") or {}
    return {name: rule["query"] for name, rule in rules.items()}


def _differ(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether anything but the spelling of queries is another."""
    return _meaning(before) != _meaning(after)


def _meaning(data: dict[str, Any]) -> dict[str, Any]:
    rules = {
        name: rule | ({} if "$" in rule["query"] else {"query": compile_query(rule["query"])})
        for name, rule in (data.get("rules") or {}).items()
    }
    return data | {"rules": rules}
