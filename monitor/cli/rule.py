"""``monitor rule``"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import typer

from monitor.cli.common import AsJson, Context
from monitor.cli.rulebacktest import backtest
from monitor.cli.ruleexplain import explain
from monitor.cli.rulefmt import fmt
from monitor.cli.ruleshow import rule_named, tell
from monitor.cli.ruletry import try_
from monitor.cli.rulevolume import in_file, volume
from monitor.cli.show import err, show_json, show_rows
from monitor.fields import format_duration
from monitor.match import compile_query
from monitor.match import lint as lint_query
from monitor.match.layout import laid_out
from monitor.match.nodes import ConceptRef, leaves
from monitor.match.printing import as_query

_WIDTH = 96  # columns of a query that is shown

app = typer.Typer()
app.command(name="try")(try_)
app.command()(backtest)
app.command()(explain)
app.command()(fmt)
app.command()(volume)


@app.command(name="list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the rules that are in force.

    Example: monitor rule list --json
    """
    rules = context.ensure_object(Context).config().rules
    rows = [
        {
            "id": rule.id,
            "name": rule.label,
            "channels": list(rule.channels),
            "volume": in_file(rule.volume) if rule.volume else None,
            "query": rule.query,
        }
        for rule in rules
    ]
    columns = ["id", "name", "channels", "volume", "query"]
    show_rows(rows, columns, as_json=as_json, empty="rules.yaml has no rules.")


@app.command()
def show(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(help="Its id, as in `rule list`.")],
    as_json: AsJson = False,
) -> None:
    """Show one rule: what it asks for, in its canonical spelling, and whom it tells.

    Example: monitor rule show railway-operation
    """
    called = context.ensure_object(Context)
    found = rule_named(rule, called.config())
    root = compile_query(found.query)
    said = found.model_dump(mode="json" if as_json else "python", exclude_defaults=True)
    said |= {"volume": in_file(found.volume)} if found.volume else {}
    said |= {"query": as_query(root)}
    named = dict.fromkeys(leaf.id for leaf in leaves(root) if isinstance(leaf, ConceptRef))
    if as_json:
        show_json(said | {"concepts": list(named)})
        return
    tell(found.id, "bold")
    for key, value in said.items():
        if key not in ("id", "query"):
            tell(f"{key}: {_in_words(value)}")
    tell("query:")
    for line in laid_out(root, _WIDTH):
        tell(f"  {line}")
    concepts = called.concepts()
    for name in named:
        tell(f"@{name}: {concepts[name].about}", "dim")


def _in_words(value: Any) -> str:
    """As the file takes it."""
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {_in_words(each)}" for key, each in value.items())
    return str(value)


@app.command()
def lint(
    context: typer.Context,
    query: Annotated[
        str | None, typer.Argument(help="Else all rules of rules.yaml.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Warn of what compiles but may not say what is meant; status 1 where there is something.

    Examples: monitor rule lint, monitor rule lint 'laos and china'
    """
    called = context.ensure_object(Context)
    if query is None:
        queries = {rule.id: rule.query for rule in called.config().rules}
    else:
        queries = {"": query}
    concepts = called.concepts()
    rows = [
        {"rule": name or None, "warning": warning}
        for name, text in queries.items()
        for warning in lint_query(text, concepts)
    ]
    columns = ["rule", "warning"] if query is None else ["warning"]
    show_rows(rows, columns, as_json=as_json, empty="Nothing to warn of.")
    if rows:
        err.print("docs/rules.md says what each of these is about.")
        raise typer.Exit(1)
