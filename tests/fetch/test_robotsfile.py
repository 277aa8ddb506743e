"""What a robots file says (RFC 9309), in our own cases and in those of Google's parser."""

from __future__ import annotations

import json
import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch.robots import MAX_BYTES
from monitor.fetch.robotsfile import parse
from tests.bounds import at_most

AGENT = "news-monitor"
SHARED = Path(os.environ.get("MONITOR_SHARED", Path(__file__).parents[3] / "shared"))
CASES = SHARED / "feeds" / "robots" / "cases.json"


def allowed(robots: str, target: str = "/x", agent: str = AGENT) -> bool:
    return parse(robots.encode(), agent).permit(target.encode())


@pytest.mark.parametrize(
    ("name", "applies"),
    [
        ("news-monitor", True),
        ("News-Monitor", True),
        ("news-monitor/2.0", True),
        ("news-monitor beta", True),
        ("news-monitor # comment", True),
        ("*", True),
        ("news", False),
        ("monitor", False),
        ("news-monitor-pro", False),
        ("googlebot", False),
        ("", False),
    ],
)
def test_whose_rules_are_ours(name: str, applies: bool) -> None:
    assert allowed(f"User-agent: {name}\nDisallow: /\n") is not applies
    assert allowed(f"USERAGENT:{name}\nUser-agent: other\nDisallow: /\n") is not applies


@pytest.mark.parametrize(
    "robots",
    [
        "user-agent: *\ndisallow: /",
        "\r  User-Agent :\t*\r\n\rDISALLOW : / # all of it",
        "user-agent *\ndisallow /",
        "user agent: *\ndissalow: /",
        "Sitemap: http://x/\nuser-agent: *\nnoindex: /y\nuser-agent: other\n\n\ndisallow: /",
    ],
)
def test_lines_as_people_write_them(robots: str) -> None:
    assert not allowed(robots)


def test_our_own_rules_count_and_those_for_all_do_not() -> None:
    robots = "User-agent: *\nDisallow: /\n\nUser-agent: news-monitor\nDisallow: /y\n"
    assert allowed(robots)
    assert not allowed(robots, "/y")
    assert not allowed(robots, agent="other")


def test_all_groups_of_ours_count_and_an_empty_one_allows() -> None:
    ours = "User-agent: news-monitor\n"
    robots = f"{ours}Disallow: /x\n\nUser-agent: *\nDisallow: /z\n\n{ours}Disallow: /y\n"
    assert [allowed(robots, target) for target in ("/x", "/y", "/z")] == [False, False, True]
    assert allowed(f"User-agent: *\nDisallow: /\n{ours}Disallow:\n")
    assert allowed("Disallow: /\n")  # to nobody


def test_what_is_no_rule_parts_no_names() -> None:
    robots = "User-agent: news-monitor\nHost: x\nUser-agent: *\nDisallow: /\n"
    assert not allowed(robots)
    assert not allowed(robots, agent="other")


@pytest.mark.parametrize(
    ("pattern", "target", "matches"),
    [
        ("/fish", "/fish.html", True),
        ("/fish", "/Fish.asp", False),
        ("/fish*", "/fishheads", True),
        ("/*.php$", "/a/b.php", True),
        ("/*.php$", "/a.php?x", False),
        ("/a*b*c", "/a-c-b-c", True),
        ("/a*b*c", "/a-c-b", False),
        ("/a*a$", "/a", False),
        ("/a*a$", "/aa", True),
        ("/a**b", "/ab", True),
        ("/a$b", "/a$b", True),
        ("/$", "/", True),
        ("/$", "/x", False),
        ("*", "/x", True),
        ("/?q=", "/?q=1", True),
    ],
)
def test_patterns(pattern: str, target: str, matches: bool) -> None:
    assert allowed(f"User-agent: *\nDisallow: {pattern}\n", target) is not matches


@pytest.mark.parametrize(
    ("rules", "target", "open_"),
    [
        (("Disallow: /x", "Allow: /x/y"), "/x/y/z", True),
        (("Allow: /x/", "Disallow: /x/y"), "/x/y", False),
        (("Disallow: /x", "Allow: /x"), "/x", True),
        (("Allow: /page", "Disallow: /*.html"), "/page.html", False),
        (("Disallow: /", "Allow: /a/index.html"), "/a/", True),
        (("Disallow: /", "Allow: /a/index.html"), "/a/b", False),
        (("Disallow: /",), "/robots.txt", True),
        (("Disallow: /",), "", False),
    ],
)
def test_the_longest_rule_counts_and_allow_wins_a_tie(
    rules: tuple[str, ...], target: str, open_: bool
) -> None:
    assert allowed("\n".join(["User-agent: *", *rules]), target) is open_
    assert allowed("\n".join(["User-agent: *", *reversed(rules)]), target) is open_


@pytest.mark.parametrize(
    ("pattern", "target"),
    [
        ("/ツ", "/%E3%83%84"),
        ("/%e3%83%84", "/%E3%83%84"),
        ("/%E3%83%84", "/%e3%83%84"),
        ("/~joe", "/%7Ejoe"),
        ("/a b", "/a%20b"),
        ('/"', "/%22"),
        ("/?q={", "/?q={"),
    ],
)
def test_escapes_do_not_matter(pattern: str, target: str) -> None:
    assert not allowed(f"User-agent: *\nDisallow: {pattern}\n", target)
    assert allowed(f"User-agent: *\nDisallow: /\nAllow: {pattern}\n", target)


def test_a_needless_escape_closes_but_opens_nothing_else() -> None:
    assert not allowed("User-agent: *\nDisallow: /%62az\n", "/baz")
    assert not allowed("User-agent: *\nDisallow: /\nAllow: /%62az\n", "/baz")
    assert allowed("User-agent: *\nDisallow: /\nAllow: /%62az\n", "/%62az")
    assert allowed("User-agent: *\nDisallow: /a%2Fb\n", "/a/b")  # a slash is no escaped slash


@pytest.mark.parametrize(
    ("robots", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 10", 10.0),
        ("User-agent: *\nCrawl-delay: 2.5\nCrawl-delay: 1", 2.5),
        ("User-agent: *\nDisallow: /x\nCrawl-delay: 3", 3.0),
        ("User-agent: other\nCrawl-delay: 9\nUser-agent: *\nDisallow: /x", None),
        ("User-agent: *\nCrawl-delay: 9\nUser-agent: other\nDisallow: /x", 9.0),
        ("User-agent: *\nCrawl-delay: 9\n\nUser-agent: news-monitor\nDisallow: /x", None),
        ("User-agent: *\nCrawl-delay: 9\nAllow: /\nUser-agent: news-monitor\nDisallow: /", None),
        ("User-agent: *\nCrawl-delay: 1e999", None),
        ("User-agent: *\nCrawl-delay: nan", None),
        ("User-agent: *\nCrawl-delay: -1", None),
        ("User-agent: *\nCrawl-delay: soon", None),
        ("Crawl-delay: 10", None),
    ],
)
def test_crawl_delay(robots: str, seconds: float | None) -> None:
    assert parse(robots.encode(), AGENT).crawl_delay == seconds


def test_a_byte_order_mark_and_bytes_that_are_no_text() -> None:
    rules = parse(
        b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /x\r\nDisallow: /\xff\r\n\xff\xfe", AGENT
    )
    assert not rules.permit(b"/x")
    assert not rules.permit(b"/%FF")


line = st.one_of(
    st.sampled_from(["User-agent: *", "Disallow: /", "Allow: *$", "Crawl-delay: 1e999", "%", "a:"]),
    st.text(max_size=30),
)


@given(st.lists(line).map("\n".join), st.text(max_size=30))
def test_no_file_is_odd_enough(robots: str, path: str) -> None:
    rules = parse(robots.encode("utf-8", "replace"), AGENT)
    assert rules.permit(f"/{path}".encode("utf-8", "replace")) in (True, False)


@given(st.binary(max_size=2_000))
def test_nor_are_bytes(robots: bytes) -> None:
    assert parse(robots, AGENT).permit(b"/x") in (True, False)


@pytest.mark.at_full_speed
@pytest.mark.parametrize(
    "robots",
    [
        "".join(f"User-agent: bot-{n}\n" for n in range(12_000)) + "Disallow: /a\n" * 18_000,
        "User-agent: other\nUser-agent: *\n" * 9_000 + "Disallow: /b\n" * 18_000,
        "User-agent: *\n" + "Disallow: /*a*a*a*a*a*a*a*a*a*b\n" * 15_000,
        "User-agent: *\nDisallow: /" + "*a" * 200_000 + "b",
        "User-agent: *\nDisallow: /" + "%61" * 150_000,
        "User-agent: *\nDisallow:" + " " * 450_000,
        "User-agent: *\n" + "Disallow:*aab\n" * 36_000,
    ],
)
def test_no_file_takes_long(robots: str) -> None:
    rules = at_most(0.5, lambda: parse(robots[: MAX_BYTES - 1].encode() + b"\n", AGENT))
    assert at_most(0.2, lambda: rules.permit(b"/" + b"a" * 7_900))


@pytest.mark.skipif(
    not CASES.is_file(), reason=f"no {CASES}: set MONITOR_SHARED to the folder that holds feeds/"
)
def test_the_cases_of_googles_own_parser() -> None:
    """Agents are tokens here: a robot called "Foo Bar" can be named by nobody."""
    cases = json.loads(CASES.read_text("utf-8"))
    assert len(cases) > 100
    wrong = [case for case in cases if _answer(case) is not case["allowed"]]
    assert wrong == []


def _answer(case: dict[str, str]) -> bool:
    parts = urlsplit(case["url"])
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return allowed(case["robots"], target, case["agent"].lower())
