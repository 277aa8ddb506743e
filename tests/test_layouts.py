"""Every source that ships, and every profile, reads pages in the layout of its site."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest
from lxml import etree

from monitor.config import load_config
from monitor.discover import Source
from monitor.errors import FetchError, ParseError
from monitor.models import Article, Fetched, Link, Validators
from monitor.parse import Profile, load_profiles, parse_article, profile_of
from monitor.parse.samples import further_pages, read_sample
from monitor.parse.selector import select

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "samples" / "pages"
SOURCES = {source.id: source for source in load_config(ROOT / "config", {}).sources}
PROFILES = load_profiles(ROOT / "config" / "profiles")

LINKS = sorted(PAGES.glob("*/*.links.json"))
STORIES = sorted(path for path in PAGES.glob("*/story*.html") if "." not in path.stem)
# They lead to the pages of others.
SEARCHES = {"news.google.com", "api.gdeltproject.org"}
# What the parser is known to read wrongly; what is mended is to be struck out.
MISSES = {
    "ampkhao.example/story-train-freight-record": {
        "authors": "an Organization of the page's data that is the publisher; others mean it"
    },
    "blogger.example/story-bus": {"title": "an h3 below the h1 of the blog's name"},
    "dedecms.example/story-tea": {"body": "a summary above the story, alike to a first paragraph"},
    "forumnews.example/story-elephant": {"body": "the answers of a forum are built as the story"},
    "gkmlpt.example/story-notice": {"body": "the table of a notice's registration"},
    "khaolaosport.example/story-asean-women-futsal": {"body": "a call to like the page"},
    "netportal.example/story-power": {"authors": "the portal's name as meta author"},
    "tengxun.example/story-robot": {
        "authors": "an account that is a paper stands in the author's place",
        "source": "as authors",
    },
    "wechat.example/story-station": {
        "published": "stands in a script alone",
        "source": "named by an id alone",
    },
    "xinlang.example/story-brew": {"authors": "the section's name as meta author"},
}


def _answer(expected: Path) -> Path:
    name = expected.name.removesuffix(".links.json")
    (found,) = (path for path in expected.parent.iterdir() if path.stem == name)
    return found


def _fetched(url: str, path: Path) -> Fetched:
    return Fetched(url, path.read_bytes(), "", None, Validators())


def _links(expected: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(expected.read_text("utf-8"))
    return found


async def _read(source: Source, answer: Path) -> list[Link]:
    """The links of the answer and of the pages that follow it."""
    further = iter(range(2, 20))

    async def get(url: str) -> Fetched:
        path = answer.with_name(f"{source.id}.{next(further)}{answer.suffix}")
        if not path.exists():
            raise FetchError(f"{url} answers 404", status=404)
        return _fetched(url, path)

    links = await source.links(_fetched(source.url, answer), get)
    return [link for link in links if source.admits(link)]


def _plain(link: Link) -> dict[str, str]:
    """What a link says, as JSON writes it."""
    said = {key: value for key, value in asdict(link).items() if value is not None}
    return {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in said.items()}


def _article(story: Path) -> Article:
    return Article.model_validate_json(story.with_suffix(".json").read_bytes())


def _profile(story: Path) -> Profile | None:
    return profile_of(PROFILES, _article(story).url)


PROFILED = [story for story in STORIES if _profile(story)]


# --- listings ----------------------------------------------------------------------------------


@pytest.mark.parametrize("expected", LINKS, ids=lambda path: path.name.partition(".")[0])
async def test_a_source_reads_the_sample_of_its_site(expected: Path) -> None:
    source = SOURCES[expected.name.partition(".")[0]]
    links = [_plain(link) for link in await _read(source, _answer(expected))]
    assert links == _links(expected)
    assert links


def test_every_source_has_its_sample() -> None:
    assert sorted(path.name.partition(".")[0] for path in LINKS) == sorted(SOURCES)


def test_every_site_has_a_story_that_one_of_its_sources_announces() -> None:
    announced: dict[str, set[str]] = {}
    for path in LINKS:
        urls = {link["url"].partition("?utm_")[0] for link in _links(path)}
        announced.setdefault(path.parent.name, set()).update(urls)
    shown = {
        story.parent.name
        for story in STORIES
        if _article(story).url in announced.get(story.parent.name, ())
    }
    assert shown == announced.keys() - SEARCHES


def test_a_sample_is_where_its_profile_says_and_each_profile_has_one() -> None:
    for story in STORIES:
        profile, site = _profile(story), story.parent.name
        assert site in profile.hosts if profile else site.endswith(".example"), story
    assert {id(_profile(story)) for story in PROFILED} == {id(p) for p in PROFILES.values()}


def test_no_sample_is_left_over_and_each_says_what_it_is() -> None:
    expected = {path.with_suffix(".json") for path in STORIES} | set(LINKS)
    further = {path for story in STORIES for path in further_pages(story)}
    bad = set(PAGES.glob("*/bad-*.html"))  # tests/parse/test_kinds.py
    for page in set(PAGES.glob("*/*")) - expected - further:
        assert page in STORIES or page in bad or page.name.partition(".")[0] in SOURCES, page
        says_so = b"our own, the events are invented. -->" in page.read_bytes()[:400]
        assert says_so or page.suffix == ".json", page  # which has no comments


# --- stories -----------------------------------------------------------------------------------


def _name(story: Path) -> str:
    return f"{story.parent.name}/{story.stem}"


@pytest.mark.parametrize("story", STORIES, ids=_name)
def test_a_story_is_read_as_expected(story: Path) -> None:
    """Each field that the expected file names, but for what is known to go wrong."""
    expected = _article(story)
    article = read_sample(story, expected.url, _profile(story))
    assert (article.kind, {"title", "body"} - article.extracted_by.keys()) == ("story", set())
    wrong = {
        field
        for field in expected.model_fields_set
        if getattr(article, field) != getattr(expected, field)
    }
    assert wrong == MISSES.get(_name(story), {}).keys()


def test_nearly_all_fields_are_right_and_no_page_that_is_gone_is_excused() -> None:
    fields = sum(len(_article(story).model_fields_set) for story in STORIES)
    assert sum(map(len, MISSES.values())) <= 0.01 * fields
    assert MISSES.keys() <= {_name(story) for story in STORIES}


def _selectors(profile: Profile) -> dict[str, str]:
    fields = ("title", "body", "next", "published", "updated", "source", "author", "section")
    named = {name: getattr(profile, name) for name in fields if getattr(profile, name)}
    named |= {f"drop.{i}": selector for i, selector in enumerate(profile.drop)}
    return named | ({"data.script": profile.data.script} if profile.data else {})


@pytest.mark.parametrize("host", sorted(PROFILES))
def test_nothing_in_a_profile_is_dead(host: str) -> None:
    profile = PROFILES[host]
    stories = [story for story in PROFILED if _profile(story) is profile]
    roots = [etree.HTML(story.read_bytes()) for story in stories]
    for name, selector in _selectors(profile).items():
        assert any(select(root, selector) for root in roots), f"{host}: {name}: {selector}"


def _bare(html: bytes) -> bytes:
    """A page whose layout has changed: other classes and ids, other scripts."""
    return re.sub(rb'\b(class|id|itemprop)="', rb'\1="x-', html)


def _outcome(html: bytes, url: str, profile: Profile | None) -> Article | str:
    try:
        return parse_article(html, url, profile=profile)
    except ParseError as error:
        return str(error)


@pytest.mark.parametrize("story", PROFILED, ids=_name)
def test_a_profile_that_fits_no_more_does_no_harm(story: Path) -> None:
    """Where no selector finds anything, the generic result stands."""
    html, url, known = story.read_bytes(), _article(story).url, _profile(story)
    assert known
    fields = [name for name in _selectors(known) if "." not in name]
    profile = Profile(hosts=known.hosts, **dict.fromkeys(fields, "nosuch.element"))
    assert _outcome(html, url, profile) == _outcome(html, url, Profile(hosts=known.hosts))
