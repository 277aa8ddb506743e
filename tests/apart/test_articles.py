"""What is read in another process is what is read in this one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from monitor.apart.pool import Pool
from monitor.errors import ParseError
from monitor.models import Article
from monitor.parse import Profile, load_profiles, parse_article, profile_of

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "samples").rglob("*.html")) + sorted((ROOT / "samples").rglob("*.htm"))
PROFILES = load_profiles(ROOT / "config" / "profiles")


def address(page: Path) -> str:
    """As if a host's name were that of a folder of ``samples/pages``."""
    host = next((part for part in page.parts if part in PROFILES), "a.example")
    return f"https://{host}/{page.name}"


def here(html: bytes, url: str, profile: Profile | None) -> Article | str:
    try:
        return parse_article(html, url, timezone="Asia/Vientiane", profile=profile)
    except ParseError as error:
        return str(error)


async def test_every_sample_is_read_alike() -> None:
    pool = Pool(parse_article, size=1)
    assert len(PAGES) > 50
    profiles = 0
    for page in PAGES:
        html, url = page.read_bytes(), address(page)
        profile = profile_of(PROFILES, url)
        profiles += profile is not None
        there: Article | str
        try:
            there = await pool(html, url, timezone="Asia/Vientiane", profile=profile)
        except ParseError as error:
            there = str(error)
        assert there == here(html, url, profile), page
    assert len(pool.pids) == 1
    assert profiles > 50
    await pool.aclose()


async def test_a_changed_profile_reaches_a_process_that_knew_another() -> None:
    body = "<p>The first train left Vientiane for Kunming on Friday, and was full.</p>" * 3
    html = f"<h1>A train leaves</h1><h2>A ship leaves</h2>{body}".encode()
    titled: Callable[[str], Profile] = lambda where: Profile(hosts=("a.example",), title=where)  # noqa: E731
    pool = Pool(parse_article, size=1)
    titles = [
        (await pool(html, "https://a.example/1", profile=titled(where))).title
        for where in ("h1", "h2")
    ]
    assert titles == ["A train leaves", "A ship leaves"]
    assert len(pool.pids) == 1
    await pool.aclose()
