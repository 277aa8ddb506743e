"""OPML: what other readers write is read, what we write they read, and nothing gets in by it."""

from __future__ import annotations

import random
import time
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from monitor.errors import ConfigError
from monitor.opml import Subscription
from monitor.opml.outlines import MAX_BYTES, MOST_FOLDERS, MOST_OUTLINES
from monitor.opml.read import read_opml
from monitor.opml.write import write_opml
from monitor.text import one_line
from tests.builders import NOW

FEEDLY = """\
<?xml version="1.0" encoding="UTF-8"?>

<opml version="1.0">
    <head><title>Ann subscriptions in feedly Cloud</title></head>
    <body>
        <outline text="News" title="News">
            <outline type="rss" text="Laotian Times" title="The Laotian Times"
                xmlUrl="https://laotiantimes.com/feed/" htmlUrl="https://laotiantimes.com"/>
        </outline>
        <outline text="Laos" title="Laos">
            <outline type="rss" text="Laotian Times" title="The Laotian Times"
                xmlUrl="http://www.laotiantimes.com/feed" htmlUrl="https://laotiantimes.com"/>
        </outline>
    </body>
</opml>"""

THUNDERBIRD = """\
<opml version="1.0" xmlns:fz="urn:forumzilla:">
<body>
  <outline title="Asia"><outline title="Mekong">
    <outline type="rss" title="MRC" version="RSS" fz:quickMode="false" xmlUrl="https://mrc.example/rss"/>
  </outline></outline>
</body></opml>"""

PEOPLES = """\
<?xml version="1.0"?>
<OPML version="1.1"><head/><BODY>
 <Outline TEXT="Tom & Jerry &eacute;&nbsp;&lt;b&gt; &who;" XMLURL="http://x.example/?a=1&b=2" />
 <outline text="Padded" xmlUrl=" feed://y.example/rss " language="unknown" category="/A/b,c,A" />
 <outline text="" xmlUrl="FEED:https://z.example/rss" language="lo" />
 <outline text="A remark"/>
</BODY></OPML>"""


def read(body: str | bytes) -> list[Subscription]:
    feeds, problems = read_opml(body.encode() if isinstance(body, str) else body, "list.opml")
    assert problems == []
    return feeds


# --- what others write ---------------------------------------------------------------------------


def test_a_feed_in_two_folders_is_one_feed_with_two_tags() -> None:
    site = "https://laotiantimes.com"
    tags = ("News", "Laos")
    assert read(FEEDLY) == [Subscription(f"{site}/feed/", "Laotian Times", tags, site=site)]


def test_folders_within_folders_are_tags() -> None:
    assert read(THUNDERBIRD) == [Subscription("https://mrc.example/rss", "MRC", ("Asia", "Mekong"))]


def test_what_people_write_by_hand_is_read_as_meant() -> None:
    assert read(PEOPLES) == [
        Subscription("http://x.example/?a=1&b=2", "Tom & Jerry é <b> &who;"),
        Subscription("http://y.example/rss", "Padded", ("A", "b", "c")),
        Subscription("https://z.example/rss", "https://z.example/rss", language="lo"),
    ]


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-8-sig", "iso-8859-1"])
def test_every_encoding_is_read(encoding: str) -> None:
    name = "Télé" if encoding == "iso-8859-1" else "人民网"
    label = encoding.removesuffix("-sig")
    outline = f'<outline text="{name}" xmlUrl="http://x.example/"/>'
    body = f'<?xml version="1.0" encoding="{label}"?><opml><body>{outline}</body></opml>'
    assert [feed.name for feed in read(body.encode(encoding))] == [name]


def test_a_namespace_does_not_hide_the_outlines() -> None:
    body = '<o:opml xmlns:o="http://opml.org/spec2"><o:outline xmlUrl="http://x/"/></o:opml>'
    assert [feed.url for feed in read(body)] == ["http://x/"]


def test_each_outline_that_should_be_a_feed_is_named() -> None:
    body = """<opml><body>
    <outline text="No feed" type="rss" htmlUrl="https://site.example/"/>
    <outline text="No address" type="rss"/>
    <outline text="List" type="include" url="https://site.example/more.opml"/>
    <outline text="Odd \x9b31m" xmlUrl="javascript:alert(1)"/>
    <outline text="Secret" xmlUrl="https://ann:pw@site.example/"/>
    <outline text="Page" type="rss" htmlUrl="https://ann:pw@site.example/@x"/>
    <outline text="Good" xmlUrl="https://good.example/"/>
    </body></opml>"""
    feeds, problems = read_opml(body.encode(), "list.opml")
    assert [feed.name for feed in feeds] == ["Good"]
    add = "`monitor source add https://site.example/` looks for its feed"
    assert [str(problem) for problem in problems] == [
        f"list.opml:2: No feed: xmlUrl is missing; {add}",
        "list.opml:3: No address: xmlUrl is missing",
        "list.opml:4: List: leads to https://site.example/more.opml, which is not read",
        "list.opml:5: Odd 31m: javascript:alert(1): not a web address, allowed: http://… or"
        " https://…",
        "list.opml:6: Secret: https://site.example/: holds a user name, a blank or a"
        " backslash, allowed: a plain address",
        f"list.opml:7: Page: xmlUrl is missing; {add.replace('example/', 'example/@x')}",
    ]


# --- attacks and accidents -----------------------------------------------------------------------

BOMB = (
    '<!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><opml><body>'
    '<outline text="&b;" xmlUrl="http://x/"/></body></opml>'
)
FILE = '<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><outline text="&a;"/></opml>'
DTD = (
    '<!DOCTYPE opml SYSTEM "http://127.0.0.1:9/opml.dtd"><opml><outline xmlUrl="http://x/"/></opml>'
)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "list.opml: not XML: no element found"),
        ("feeds:\n  a: b", "list.opml:1: not XML: Start tag expected, '<' not found"),
        ("<opml>\n<outline>", "list.opml:2: not XML: Premature end of data in tag outline line 2"),
        ("<rss/>", "list.opml: the root is <rss>, not <opml>: `monitor source add URL` takes"),
        ("\n<!doctype html><p>Log in", "list.opml: an HTML page, not OPML"),
        (BOMB, "list.opml: declares entities: refused as an attack"),
        (FILE, "list.opml: declares entities: refused as an attack"),
        (BOMB.encode("utf-16"), "list.opml: declares entities: refused as an attack"),
        ("<opml>" + "<outline text='a'>" * 300, f"too deep, allowed: {MOST_FOLDERS}"),
        ("<opml>" + "<head>" * 300, "list.opml:1: not XML: Excessive depth"),
        ("<opml>" + "<outline/>" * (MOST_OUTLINES + 1), f"more than {MOST_OUTLINES:,} outlines"),
        (b" " * (MAX_BYTES + 1), "list.opml: larger than 10 MiB: split it"),
        ('<?xml version="1.0" encoding="x"?><opml/>', "list.opml:1: not XML: Unsupported encoding"),
        ("<opml><a:b/></opml>", "list.opml:1: not XML: Namespace prefix a on b is not defined"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_in_one_line(body: str | bytes, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(body)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_foreign_dtd_is_not_fetched() -> None:
    assert [feed.url for feed in read(DTD)] == ["http://x/"]


def test_a_large_list_takes_little_memory() -> None:
    feeds = [Subscription(f"https://h{n}.example/feed", f"Feed {n}") for n in range(2_000)]
    body = write_opml(feeds, "many", NOW)
    tracemalloc.start()
    try:
        assert read(body) == feeds
        assert tracemalloc.get_traced_memory()[1] < 10 * 2**20
    finally:
        tracemalloc.stop()


CORPUS = [FEEDLY.encode(), THUNDERBIRD.encode(), PEOPLES.encode(), FEEDLY.encode("utf-16")]
PIECES = [b"<", b">", b"&", b"\0", b"</outline>", b'<outline xmlUrl="http://', b"<!ENTITY x 'y'>"]
PIECES += [b"<![CDATA[", b"&#x110000;", b"&#0;", b"\xff\xfe", b"]]>", b"xmlns:a='", b"<?xml ?>"]


def mutated(rng: random.Random) -> bytes:
    body = bytearray(rng.choice(CORPUS))
    for _ in range(rng.choice([1, 1, 2, 6])):
        at, width = rng.randrange(len(body) + 1), rng.choice([0, 1, 40])
        piece = rng.choice(PIECES) if rng.random() < 0.5 else rng.randbytes(rng.randint(0, 4))
        body[at : at + width] = piece if rng.random() < 0.8 else body[:width] * rng.randint(1, 50)
    return bytes(body)


def outcome(body: bytes) -> str:
    """What a file comes to: a line to show, or how many feeds."""
    try:
        return f"list.opml: {len(read_opml(body, 'list.opml')[0])} feeds"
    except ConfigError as error:
        return str(error)


def test_no_mutated_list_breaks_the_reader() -> None:
    """Here 1,000, for the sake of time; of 10,000 none took 0.1 s."""
    rng, outcomes = random.Random(1), []
    for _ in range(1_000):
        body, start = mutated(rng), time.perf_counter()
        outcomes.append(outcome(body))
        assert time.perf_counter() - start < 1
    assert all(line.startswith("list.opml:") and "\n" not in line for line in outcomes)
    assert 50 < sum(line.endswith(" feeds") for line in outcomes) < 950


# --- there and back ------------------------------------------------------------------------------

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(one_line)
names = names.map(lambda name: "".join(c for c in name if c not in "\ufffe\uffff").strip())
names = names.filter(bool)
subscriptions = st.builds(
    Subscription,
    url=st.integers(1, 10**9).map(lambda number: f"https://h{number}.example/?a=1&b=<2>"),
    name=names,
    tags=st.lists(names, unique=True, max_size=4).map(tuple),
    language=st.sampled_from([None, "en", "lo", "zh-Hans-CN"]),
    site=st.sampled_from([None, "https://site.example/"]),
    id=st.sampled_from([None, "kpl"]),
    enabled=st.booleans(),
)


@given(st.lists(subscriptions, unique_by=lambda feed: feed.url, max_size=8), names)
def test_what_is_written_is_read_back(feeds: list[Subscription], title: str) -> None:
    body = write_opml(feeds, title, NOW)
    assert sorted(read(body), key=str) == sorted(feeds, key=str)


def test_what_we_write_is_opml_2() -> None:
    feeds = [
        Subscription("https://a.example/", "A", ("Laos", "News"), "lo", None, "a", enabled=False),
        Subscription("https://b.example/", "B", ("Laos",)),
        Subscription("https://c.example/", "C \x00\ufffe", ()),
    ]
    created = datetime(2026, 11, 24, 12, tzinfo=UTC)
    root = etree.fromstring(write_opml(feeds, "Ours", created))
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert root.findtext("head/title") == "Ours"
    assert root.findtext("head/dateCreated") == "Tue, 24 Nov 2026 12:00:00 +0000"
    texts = [[outline.get("text") for outline in root.iterfind(path)] for path in FOLDERS]
    assert texts == [["Laos", "C"], ["News", "B"], ["A"]]
    outlines = [outline.attrib for outline in root.iter("outline")]
    assert all(outline.get("text") for outline in outlines)  # the standard asks for it
    plain = {name for outline in outlines for name in outline if "{" not in name}
    assert plain == {"type", "text", "title", "xmlUrl", "language"}


FOLDERS = ["body/outline", "body/outline/outline", "body/outline/outline/outline"]
