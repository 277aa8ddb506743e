"""``parse_article`` as others use it: no network, no files, from any thread, always the same."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.errors import ParseError
from monitor.models import Article
from monitor.parse import parse_article
from tests.parse.pages import BODY, page

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "samples" / "pages").rglob("*.html"))

# Shut off, as a sandbox would: what a page makes Python do beyond computing is an error.
SHUT_OFF = """
import sys
from pathlib import Path

from monitor.errors import ParseError
from monitor.parse import (
    load_profiles, parse_article, preload, profile_of, to_ninjs, to_schema_org, to_text
)

REFUSED = {"open", "socket", "import", "os", "subprocess", "shutil", "urllib", "ctypes", "glob"}
armed = False

def refuse(event, _):
    if armed and event.partition(".")[0] in REFUSED:
        raise PermissionError(event)

sys.addaudithook(refuse)
pages = [(path.parent.name, path.read_bytes()) for path in map(Path, sys.argv[2:])]
profiles = load_profiles(Path(sys.argv[1]))
preload()
armed = True
stories = 0
for host, html in pages:
    url = f"https://{host}/2026/11/18/a.html"
    try:
        article = parse_article(html, url, profile=profile_of(profiles, url))
    except ParseError:
        continue
    stories += all((to_text(article), to_ninjs(article), to_schema_org(article)))
armed = False
print(stories)
"""


def test_nothing_is_opened_once_all_is_loaded() -> None:
    words = [sys.executable, "-W", "error", "-c", SHUT_OFF, "config/profiles", *map(str, PAGES)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 100


def test_the_hook_refuses() -> None:
    """Without ``preload``, the first page of a kind makes Python load what it needs."""
    code = SHUT_OFF.replace("\npreload()\n", "\n")
    words = [sys.executable, "-c", code, "config/profiles", *map(str, PAGES)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert "PermissionError" in done.stderr


def _read(path: Path) -> Article | str:
    try:
        return parse_article(path.read_bytes(), f"https://{path.parent.name}/a.html")
    except ParseError as error:
        return str(error)


def test_threads_agree_with_one_after_another() -> None:
    alone = [_read(path) for path in PAGES]
    with ThreadPoolExecutor(8) as threads:
        for _ in range(2):
            assert list(threads.map(_read, reversed(PAGES))) == alone[::-1]


@pytest.mark.parametrize(
    "zone",
    ["Asia/Nowhere", "Asia", "../etc/passwd", "", "A" * 5000, "\0"],
    ids=lambda zone: repr(zone)[:20],
)
def test_a_zone_that_is_none_counts_as_none(zone: str) -> None:
    above = "<p>Published: 2026-11-18 10:20</p>"
    known = parse_article(page(BODY, above=above), "https://a.example/")
    assert parse_article(page(BODY, above=above), "https://a.example/", timezone=zone) == known
