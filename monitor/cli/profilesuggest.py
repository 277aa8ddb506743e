"""``monitor profile suggest``"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.common import AsJson, Context
from monitor.cli.pages import is_address, read_page
from monitor.cli.show import err, show_json
from monitor.cli.sourcefile import replace
from monitor.config import PROFILES
from monitor.errors import ConfigError, MonitorError, ParseError, Problem, contained
from monitor.parse import Profile, profile_of, read_profile
from monitor.parse.proposal import to_yaml
from monitor.parse.suggest import Proposal
from monitor.parse.suggest import suggest as propose
from monitor.text import flat
from monitor.yamlfile import read_yaml


def suggest(
    context: typer.Context,
    page: Annotated[str, typer.Argument(help="A story's address, or a file.")],
    url: Annotated[
        str | None, typer.Option(help="Where a file's page was published.", show_default=False)
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write config/profiles/HOST.yaml, if there is none.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Propose a profile for a site: selectors of what the parser finds by itself on one page.

    Only what names its element for good is proposed, and only where a profile of it reads the page
    as well. Fields that the parser misses are for you to add.

    Examples: monitor profile suggest https://site.example/2026/11/story.html, monitor profile
    suggest page.html --url https://site.example/1 --write
    """
    if url is None and not is_address(page):
        raise typer.BadParameter("say with --url where the file's page was published")
    called = context.ensure_object(Context)
    profiles = called.profiles()
    found = read_page(page, called)
    where = url or found.url
    with contained(ParseError, where):
        proposal = _proposed(found.body, where, found.charset)
    text = to_yaml(proposal, where)
    (host,) = read_profile(read_yaml(text, "proposal")).hosts
    path = called.directory / PROFILES / f"{host}.yaml"
    if write:
        _write(path, text, profiles)
    elif known := profile_of(profiles, where):
        note = f"note: {', '.join(known.hosts)} has a profile: monitor profile show {host}"
        err.print(note, markup=False, soft_wrap=True)
    if as_json:
        show_json(
            {
                "host": host,
                "profile": proposal.profile.model_dump(mode="json", exclude_unset=True),
                "shows": proposal.shows,
                "left": proposal.left,
                "yaml": text,
                "written": str(path) if write else None,
            }
        )
        return
    sys.stdout.writelines(f"{flat(line)}\n" for line in text.splitlines())
    if write:
        err.print(f"wrote {path}", markup=False, soft_wrap=True)
        err.print("Next: monitor profile try ANOTHER-URL, then monitor check.")


def _proposed(html: bytes, url: str, charset: str | None) -> Proposal:
    try:
        return propose(html, url, charset=charset)
    except ParseError as error:
        raise ParseError(
            f"{url}: {error}; without a story there is nothing to propose: is this the address of"
            " one? Else write the selectors by hand, as docs/sources.md says"
        ) from error


def _write(path: Path, text: str, profiles: Mapping[str, Profile]) -> None:
    """Raises MonitorError where the host has a profile, ConfigError where it cannot be written."""
    if path.exists() or path.stem in profiles:
        raise MonitorError(
            f"{path.stem} has a profile already: nothing written; see it with"
            f" `monitor profile show {path.stem}`, and leave --write out to compare"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot be made: {error.strerror}"
        raise ConfigError([Problem(str(path.parent), None, "", message)]) from error
    replace(path, text.encode("utf-8"))
