"""``monitor source add``"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor import app as house
from monitor.cli.common import AsJson, Context
from monitor.cli.show import err, out, printed, show_json
from monitor.cli.sourcefile import DryRun, drafted, literal, new_id, show, write
from monitor.discover import SOURCE_KINDS
from monitor.edit import Put
from monitor.errors import MonitorError
from monitor.models import Fetched
from monitor.pipeline.look import get_page
from monitor.text import flat
from monitor.urls import canonical_url

if TYPE_CHECKING:
    from monitor.discover.offer import Offer

TITLES = 3  # of each find that are shown


def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="The address of a site, a feed or a listing.")],
    name: Annotated[
        str | None, typer.Option("--as", help="The id; else made of the title.", show_default=False)
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help=f"Only {', '.join(SOURCE_KINDS)}.", show_default=False)
    ] = None,
    choose: Annotated[
        int | None,
        typer.Option(min=1, help="Take this one of what is found.", show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take the best, do not ask.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Find what a site offers (feeds, sitemaps, listing pages), and add one to sources.yaml.

    Examples: monitor source add https://laotiantimes.com/, monitor source add
    https://site.example/ --kind feed --as site --yes
    """
    from monitor.discover.offer import keys_of  # slow to load, as what finds the offers

    called = context.ensure_object(Context)
    known = {canonical_url(source.url): source.id for source in called.config().sources}
    _check(url, name, kind, known)
    found = asyncio.run(_found(called, url, kind))
    offers = [offer for offer in found if kind in (None, offer.kind)]
    if not offers:
        raise MonitorError(_nothing(url, kind, found))
    if not as_json:
        _print(offers, known)
    chosen = _chosen(offers, known, choose, take_best=yes or dry_run, ask=not as_json)
    entry = literal(_in_order(keys_of(chosen, found)))
    name = name or new_id(chosen.title or "", chosen.url, set(known.values()))
    draft = drafted(called, [Put(("sources", name), entry)])
    if not dry_run:
        write(draft)
    if as_json:
        rows = [_row(number, offer, known) for number, offer in enumerate(offers, 1)]
        show_json({"found": rows, "id": name, "entry": entry, "written": not dry_run})
    elif dry_run:
        show(draft)
    else:
        out.print(f"added {name} to {draft.path}", markup=False, soft_wrap=True)
        out.print(f"Next: monitor source verify {name}; monitor run takes it up by itself.")


def _check(url: str, name: str | None, kind: str | None, known: Mapping[str, str]) -> None:
    """Raises typer.BadParameter and MonitorError before anybody is asked for anything."""
    if not url.startswith(("http://", "https://")):
        raise typer.BadParameter(f"{url!r} is no web address: http://… or https://…")
    if kind is not None and kind not in SOURCE_KINDS:
        raise typer.BadParameter(f"--kind {kind!r}; allowed: {', '.join(SOURCE_KINDS)}")
    if name in known.values():
        raise MonitorError(f"there is a source {name} already: say another id with --as")
    if canonical_url(url) in known:
        raise MonitorError(f"{url} is watched already, as {known[canonical_url(url)]}")


def _nothing(url: str, kind: str | None, found: Sequence[Offer]) -> str:
    if found:
        return f"{url}: no {kind}, but {', '.join(sorted({offer.kind for offer in found}))}"
    return f"{url}: nothing here lists stories; try the address of a section, or of a feed"


async def _found(called: Context, url: str, kind: str | None) -> list[Offer]:
    from monitor.discover.autodiscover import discover

    async with house.make_fetcher(called.fetch_settings()) as fetcher:

        async def get(page: str) -> Fetched:
            # Whoever says that it is a feed subscribes to it, which robots.txt is not about.
            return await get_page(page, fetcher, robots=(page, kind) != (url, "feed"))

        with err.status("Looking around …"):
            return await discover(url, get, house.utc_now())


def _in_order(entry: Mapping[str, Any]) -> dict[str, Any]:
    """With its keys as people write them: what it is, what it is called, where; then the rest."""
    first = {key: entry[key] for key in ("kind", "name", "url") if key in entry}
    return first | dict(entry)


def _row(number: int, offer: Offer, known: Mapping[str, str]) -> dict[str, Any]:
    return {
        "number": number,
        "kind": offer.kind,
        "url": offer.url,
        "title": offer.title,
        "links": offer.count,
        "newest": printed(offer.newest),
        "titles": [link.title or link.url for link in offer.links[:TITLES]],
        "note": offer.note,
        "known_as": known.get(canonical_url(offer.url)),
    }


def _print(offers: Sequence[Offer], known: Mapping[str, str]) -> None:
    for number, offer in enumerate(offers, 1):
        row = _row(number, offer, known)
        newest = f", newest {row['newest']}" if row["newest"] else ""
        watched = f", watched already as {row['known_as']}" if row["known_as"] else ""
        head = f"{number}. {offer.kind} {offer.url}: {offer.count} links{newest}{watched}"
        for line in (head, f"   {offer.note}", *(f"   - {title}" for title in row["titles"])):
            out.print(flat(line), markup=False, soft_wrap=True)


def _chosen(
    offers: Sequence[Offer],
    known: Mapping[str, str],
    choose: int | None,
    *,
    take_best: bool,
    ask: bool,
) -> Offer:
    """Raises MonitorError where the choice is not clear, or not open."""
    if choose is None and take_best:
        choose = 1
        if not offers[0].links:
            raise MonitorError("nothing here lists stories now: --choose takes one all the same")
    elif choose is None and ask and sys.stdin.isatty():
        choose = typer.prompt("Which one", type=int, err=True)
    if choose is None:
        raise MonitorError("nothing added: say which with --choose NUMBER, or --yes for the best")
    if not 1 <= choose <= len(offers):
        raise MonitorError(f"there is no number {choose}, but 1 to {len(offers)}")
    chosen = offers[choose - 1]
    if name := known.get(canonical_url(chosen.url)):
        raise MonitorError(f"{chosen.url} is watched already, as {name}: --choose takes another")
    return chosen
