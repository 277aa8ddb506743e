"""``monitor rule``"""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.common import AsJson, Context
from monitor.cli.rulebacktest import backtest
from monitor.cli.ruleexplain import explain
from monitor.cli.rulefmt import fmt
from monitor.cli.ruletry import try_
from monitor.cli.rulevolume import in_file, volume
from monitor.cli.show import err, show_rows
from monitor.match import lint as lint_query

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
    queries = {rule.id: rule.query for rule in called.config().rules} if query is None else {}
    if query is not None:
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
