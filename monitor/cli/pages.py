"""Pages that the commands are given: an address, a file, or standard input."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from monitor import app as house
from monitor.cli.common import Context, read_given
from monitor.cli.show import err
from monitor.models import Article, Fetched, Validators
from monitor.parse import Profile
from monitor.pipeline.further import Whole, read_whole
from monitor.pipeline.look import get_page
from monitor.text import flat


def is_address(page: str) -> bool:
    return page.startswith(("http://", "https://"))


def read_file(page: str) -> Fetched:
    """A file's page, or that on standard input, as if it had been fetched. Raises NotFoundError."""
    url = "" if page == "-" else Path(page).resolve().as_uri()
    return Fetched(url, read_given(page), "", None, Validators())


def read_page(page: str, context: Context) -> Fetched:
    """One page alone. Raises FetchError and NotFoundError."""
    if not is_address(page):
        return read_file(page)

    async def fetch() -> Fetched:
        async with house.make_fetcher(context.fetch_settings()) as fetcher:
            return await get_page(page, fetcher)

    return asyncio.run(fetch())


def read_story(
    page: str,
    context: Context,
    profiles: Mapping[str, Profile],
    read: Callable[[Fetched], Article],
) -> Whole:
    """The story of ``page``; with its further pages, where that is an address.

    What is missing of it is said on standard error. Raises FetchError, ParseError, NotFoundError.
    """
    if not is_address(page):
        file = read_file(page)
        return Whole(read(file), (file,))
    whole = asyncio.run(_fetched(page, context, profiles, read))
    if whole.missing is not None:
        err.print(flat(f"note: without a further page: {whole.missing}"), markup=False)
    return whole


async def _fetched(
    url: str, context: Context, profiles: Mapping[str, Profile], read: Callable[[Fetched], Article]
) -> Whole:
    async with house.make_fetcher(context.fetch_settings()) as fetcher:

        async def get(address: str) -> Fetched:
            return await get_page(address, fetcher)

        async def parsed(page: Fetched) -> Article:
            return await asyncio.to_thread(read, page)

        return await read_whole(await get(url), parsed, get, profiles)
