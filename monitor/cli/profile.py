"""``monitor profile``: its commands, ``list`` and ``show``"""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.common import AsJson, Context
from monitor.cli.profilecheck import check
from monitor.cli.profilefiles import Kept, kept_profiles, named
from monitor.cli.profilesuggest import suggest
from monitor.cli.profiletry import try_
from monitor.cli.show import err, out, show_json, show_rows
from monitor.parse import Profile
from monitor.parse.profile import Data, Layout
from monitor.text import flat

_KEYS = [key for key in Layout.model_fields if key not in {"dates", "data"}]


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the profiles: for which hosts, what they say, how many sample pages they have.

    Example: monitor profile list
    """
    kept, problems = kept_profiles(context.ensure_object(Context).directory)
    for problem in problems:
        err.print(flat(str(problem)), markup=False, soft_wrap=True)
    rows = [
        {
            "profile": each.name,
            "hosts": list(each.profile.hosts),
            "says": _says(each.profile),
            "layouts": 1 + len(each.profile.layouts),
            "samples": len(each.samples),
            "file": str(each.path),
        }
        for each in kept
    ]
    columns = ["profile", "hosts", "says", "layouts", "samples"]
    empty = "No profiles: monitor profile suggest URL proposes a first one."
    show_rows(rows, columns, as_json=as_json, empty=empty)
    if problems:
        raise typer.Exit(1)


def _says(profile: Profile) -> list[str]:
    """The fields that it has a say in."""
    said = [key for key in _KEYS if getattr(profile, key)]
    stated = [key for key in Data.model_fields if key != "script"]
    return said + [key for key in stated if getattr(profile.data, key, None) and key not in said]


def show(
    context: typer.Context,
    host: Annotated[str, typer.Argument(help="A profile's name, a host, or an address there.")],
    as_json: AsJson = False,
) -> None:
    """Show the profile that holds for a host: its file, and its sample pages.

    Examples: monitor profile show kpl.gov.la, monitor profile show https://kpl.gov.la/En/detail.aspx?id=1
    """
    called = context.ensure_object(Context)
    kept, problems = kept_profiles(called.directory)
    each = named([host], kept, problems)[0]
    if as_json:
        show_json(_record(each))
        return
    out.print(f"# {each.path}", markup=False, soft_wrap=True)
    for line in each.path.read_text("utf-8-sig").splitlines():
        out.print(flat(line), markup=False, soft_wrap=True)
    for page in each.samples:
        out.print(f"# sample: {page}", markup=False, soft_wrap=True)


def _record(each: Kept) -> dict[str, object]:
    return {
        "profile": each.name,
        "file": str(each.path),
        "says": each.profile.model_dump(mode="json", exclude_unset=True),
        "samples": [str(page) for page in each.samples],
    }


app = typer.Typer()
app.command(name="list")(list_)
app.command(name="try")(try_)
for command in (show, check, suggest):
    app.command()(command)
