"""Our own reading of ordinary feeds says what feedparser says, or that it is not sure."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from html import escape

import pytest
from feedparser.mixin import _FeedParserMixin
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.discover.feeddoubts import Doubt, UnsureError
from monitor.discover.feeditem import Feed, Item
from monitor.discover.feedodd import read_odd
from monitor.discover.feedplain import read_plain
from monitor.errors import DiscoverError

pytestmark = pytest.mark.at_full_speed

NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "foo": "urn:foo",
    "georss": "http://www.georss.org/georss",
    "gml": "http://www.opengis.net/gml",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
DECLARED = "".join(f' xmlns:{prefix}="{name}"' for prefix, name in NAMESPACES.items())


def rss(*items: str, head: str = "", attributes: str = "") -> bytes:
    text = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<rss version="2.0"{DECLARED}{attributes}><channel>{head}{text}</channel></rss>'.encode()
    )


def atom(*entries: str, head: str = "", attributes: str = "") -> bytes:
    text = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="{NAMESPACES["atom"]}"{DECLARED}{attributes}>{head}{text}</feed>'.encode()


def rdf(*items: str, head: str = "", attributes: str = "") -> bytes:
    text = "".join(
        f'<item rdf:about="https://a.example/{n}">{i}</item>' for n, i in enumerate(items)
    )
    return (
        f'<rdf:RDF xmlns="http://purl.org/rss/1.0/"{DECLARED}{attributes}>'
        f"<channel>{head}</channel>{text}</rdf:RDF>"
    ).encode()


def cdf(*items: str, head: str = "", attributes: str = "") -> bytes:
    href = ' HREF="https://a.example/c" LASTMOD="2026-11-03T09:30Z"'
    text = "".join(f"<ITEM{href}>{item}</ITEM>" for item in items)
    return f"<CHANNEL{DECLARED}{attributes}>{head}{text}</CHANNEL>".encode()


def doubt(body: bytes, charset: str | None = None) -> Doubt | None:
    try:
        read_plain(body, charset, None)
    except UnsureError as error:
        return error.doubt
    return None


# --- the same as feedparser -----------------------------------------------------------------------

words = st.text("aB 7-–é中老ບໍ່ເຕັນ\xa0'&<>\"\n\t·\x93;#", max_size=30)
texts = st.one_of(
    words.map(lambda text: escape(text, quote=False)),
    words.map(lambda text: escape(f"<p>{escape(text)}<br/>b</p>", quote=False)),
    words.map(lambda text: f"<![CDATA[<b>{escape(text)}</b> c]]>"),
    st.sampled_from(["", " ", "AT&amp;amp;T", "Ã©", "\x93q\x94", "<!-- no -->x", "<?no?>x"]),
)
addresses = st.sampled_from(
    [
        *("https://a.example/1?b=1&amp;c=2", "https://a.example/&amp;amp;d=1", "/1", " x y ", ""),
        *("http:////a.example/1", "tag:a.example,2026:1", "abc123", "https://a.example/中老"),
    ]
)
moments = st.sampled_from(
    [
        *("Tue, 03 Nov 2026 09:30:00 +0700", "3 Nov 2026 09:30:00 GMT", "Tue, 03 Nov 2026", ""),
        *("2026-11-03T09:30:00+07:00", "2026-11-03T02:30:00Z", "2026-11-03", "2026-11-03 09:30"),
        *("03/11/2026", "3 Nov 2569 09:30:00 +0700", "2026年11月3日"),
    ]
)
mails = st.sampled_from(["", "<email>a@b.example</email>", "<uri>https://a.example/</uri>"])


def element(name: str, content: st.SearchStrategy[str], *attributes: str) -> st.SearchStrategy[str]:
    """<name …>content</name> with one of ``attributes``, or with none."""
    started = st.sampled_from(["", *attributes]).map(lambda said: f"<{name} {said}>")
    return st.tuples(started, content).map(lambda parts: f"{''.join(parts)}</{name}>")


LANGUAGES = ("xml:lang='lo'", "xml:lang='zh_CN'", "xml:lang=''", "lang='fr'")
people = st.tuples(words.map(escape), mails).map(lambda who: f"<name>N{who[0]}</name>{who[1]}")
of_any = [
    element("title", texts.map("T{}".format), "type='html'", "type='text'", *LANGUAGES),
    element("link", addresses, "rel='x'"),
    element("dc:date", moments),
    element("dc:creator", texts),
    element("dc:language", st.sampled_from(["en", "zh_CN", ""])),
    element("category", texts, "domain='d'"),
    element("content:encoded", texts),
    element("media:title", texts, "type='plain'"),
    element("media:content", element("media:title", texts), "url='u'"),
    element("feedburner:origLink", addresses),
    element("slash:comments", texts),
    element("foo:title", texts),
]
of_rss = [
    *of_any,
    element("guid", addresses, "isPermaLink='false'", "isPermaLink='true'", "ispermalink='no'"),
    element("pubDate", moments),
    element("author", texts),
    element("description", texts, "type='html'"),
    element("itunes:summary", texts),
    element("comments", addresses),
    st.just("<enclosure url='u' length='1'/>"),
    st.just("<atom:link href='https://a.example/f' rel='self'/>"),
]
of_atom = [
    *of_any,
    element("id", addresses),
    element("link", st.just(""), "href='https://a.example/1'", "href='/x' rel='alternate'"),
    element("link", st.just(""), "href='/y' type='application/json'", "rel='self' href='/z'"),
    element("published", moments),
    element("updated", moments),
    element("author", people),
    element("summary", texts, "type='html'", "type='text'"),
    element("content", texts, "type='html'", "type='text/html'", "type='image/png'"),
    element("rights", texts, "type='html'"),
]
origins = st.one_of(element("source", texts, "url='u'"), element("source", element("title", texts)))
heads = st.lists(
    st.sampled_from(
        [
            *("<title>N</title>", "<link>https://a.example/</link>", "<language>zh_cn</language>"),
            *("<dc:language>lo</dc:language>", "<description>D</description>", "<ttl>5</ttl>"),
            "<image><url>u</url><title>t</title><link>l</link></image>",
            "<author><name>N</name></author>",
        ]
    ),
    max_size=4,
).map("".join)
frames = st.sampled_from(["", *(f" {said}" for said in LANGUAGES)])


Write = Callable[..., bytes]
DIALECTS: tuple[tuple[Write, list[st.SearchStrategy[str]]], ...] = (
    *((rss, of_rss), (atom, of_atom), (rdf, of_rss), (cdf, of_rss)),
)


@st.composite
def ordinary(draw: st.DrawFn) -> bytes:
    """A feed as sites write them: every item has a title, and everything else at most once."""
    write, parts = draw(st.sampled_from(DIALECTS))
    others = st.lists(st.integers(1, len(parts) - 1), unique=True, max_size=8)
    items = [
        "".join(draw(parts[index]) for index in draw(st.permutations([0, *draw(others)])))
        for _ in range(draw(st.integers(1, 3)))
    ]
    return write(*items, head=draw(heads), attributes=draw(frames))


@st.composite
def unruly(draw: st.DrawFn) -> bytes:
    """Any elements, in any order, any number of times, some within others."""
    write, parts = draw(st.sampled_from(DIALECTS))
    part = st.one_of(*parts, origins)
    nested = element(draw(st.sampled_from(["author", "source", "x", "link", "div"])), part)
    item = st.lists(st.one_of(part, part, part, nested), max_size=7).map("".join)
    items = draw(st.lists(item, min_size=1, max_size=3))
    head = st.one_of(heads, part, nested)
    return write(*items, head=draw(head), attributes=draw(frames))


@settings(max_examples=300)
@given(ordinary())
def test_ordinary_feeds_are_read_as_feedparser_reads_them(body: bytes) -> None:
    assert read_plain(body, None, None) == read_odd(body, None, None)


@settings(max_examples=300)
@given(unruly())
def test_unruly_feeds_are_read_as_feedparser_reads_them_or_left_to_it(body: bytes) -> None:
    try:
        plain = read_plain(body, None, None)
    except UnsureError:
        return
    assert plain == read_odd(body, None, None)


def known_to_feedparser() -> Iterator[str]:
    """Every element that feedparser does something with, as it stands in a feed."""
    handlers = {name.split("_", 2)[2] for name in dir(_FeedParserMixin) if "_start_" in name[:7]}
    handlers |= {name.split("_", 2)[2] for name in dir(_FeedParserMixin) if "_end_" in name[:5]}
    for name in sorted(handlers):
        prefix, _, local = name.partition("_")
        yield f"{prefix}:{local}" if prefix in NAMESPACES and local else name


@pytest.mark.parametrize("attributes", ["", " a='1'", " type='html'", " xml:lang='lo'"])
@pytest.mark.parametrize("content", ["x", "<title>T</title>", "<b>2026-11-03</b>y"])
def test_elements_that_feedparser_knows_change_nothing_behind_its_back(
    attributes: str, content: str
) -> None:
    usual = "<title>A</title><link>/1</link><description>D</description>"
    later = "<title>B</title><summary>S</summary><content:encoded>C</content:encoded>"
    names = [
        *known_to_feedparser(),
        "date",
        "links",
        "title_detail",
        "published_parsed",
        "foo:date",
    ]
    sure = 0
    for name in names:
        odd = f"<{name}{attributes}>{content}</{name}>"
        for body in (rss(usual + odd + later, usual), rss(usual + later, usual, head=odd)):
            try:
                plain = read_plain(body, None, None)
                assert plain == read_odd(body, None, None), name
            except (UnsureError, DiscoverError):  # feedparser itself breaks on some
                continue
            sure += 1
    assert len(names) > 100
    assert sure > 50


def item(body: bytes, charset: str | None = None) -> Item:
    feed = read_plain(body, charset, None)
    assert feed == read_odd(body, charset, None)
    (found,) = feed.items
    return found


LONG = rss(
    *(f"<title>{n}</title><link>/{n}</link>" for n in range(4000)), head="<language>lo</language>"
)


def test_a_long_feed_is_read_piece_by_piece() -> None:
    body = LONG.replace(b"<title>7</title>", b"<title>" + b"long " * 250_000 + b"</title>")
    feed = read_plain(body, None, None)
    assert [found.link for found in feed.items] == [f"/{n}" for n in range(4000)]
    assert feed.language == "lo"
    gbk = body.decode().replace("long ", "中老").encode("gbk")
    assert read_plain(gbk, "gb2312", None).items[7].title == ("中老" * 125_000)[:5000]


@pytest.mark.parametrize("codec", ["gbk", "big5", "gb18030", "windows-1252", "latin-1"])
def test_usual_encodings_are_read(codec: str) -> None:
    title = "中老" if codec[0] in "gb" else "Café"
    declared = f'<?xml version="1.0" encoding="{codec}"?>'.encode()
    body = declared + rss(f"<title>{title}</title>").decode().encode(codec)
    assert item(body).title == title


def test_a_byte_order_mark_is_no_text() -> None:
    assert item(codecs.BOM_UTF8 + rss("<title>中老</title>")).title == "中老"


# --- when it is not sure --------------------------------------------------------------------------

ODD = {
    Doubt.XML: [rss("<title>a & b</title>"), rss("<title>") + b"\xff", rss("x")[:-3], b"x", b"<a>"],
    Doubt.ENCODING: [
        b'<?xml version="1.0" encoding="utf-7"?>' + rss("x"),
        b'<?xml version="1.0" encoding="no-such-thing"?>' + rss("x"),
        b'<?xml version="1.0" encoding="hex"?>' + rss("x"),
    ],
    Doubt.DOCTYPE: [
        b"<!DOCTYPE rss [<!ENTITY a 'b'>]>" + rss("<foo:x>&a;</foo:x>"),
        b"<!DOCTYPE rss [<!ATTLIST link rel CDATA 'self'>]>" + rss("<link/>"),
        b"<!DOCTYPE rss SYSTEM 'x'>" + rss("<foo:x>&nbsp;</foo:x>"),
    ],
    Doubt.ROOT: [b"<urlset><url/></urlset>", b"<html/>"],
    Doubt.EMPTY: [rss(), atom(), rdf(), b"<channel/>"],
    Doubt.NAMESPACE: [
        b'<rss xmlns="urn:own"><channel><item/></channel></rss>',
        rss('<dc:title xmlns:dc="urn:own">T</dc:title>'),
        rss('<dc:title xmlns:dc="http://www.w3.org/2005/Atom">T</dc:title>'),
    ],
    Doubt.ADDRESS: [
        rss("<link>/1</link>", attributes=' xml:base="https://a.example/"'),
        rss('<guid base="https://a.example/">https://a.example/1</guid>'),
        atom('<link url="https://a.example/"/>'),
    ],
    Doubt.PLACE: [
        rss("<foo:x><title>T</title></foo:x>"),
        rss("<media:group><media:title>T</media:title></media:group>"),
        rss("<source><content>x</content></source>"),
        rss("<image><title>x</title></image>"),
        rss("<rights><b>x</b></rights>"),
        rss("x", head="<content>x</content>"),
        rss("x", head="<iTem/>"),
        rss("x", head="<itunes:summary>x</itunes:summary>"),
        atom('<content type="xhtml"><div><title>x</title></div></content>'),
        b"<rss><channel><x><item/></x></channel></rss>",
    ],
    Doubt.MARKUP: [
        rss("<title>a <b>c</b></title>"),
        rss("<author>A<name>B</name></author>"),
        rss("<author><foo:x>A</foo:x></author>"),
        rss("<author>a@b.example</author><author><name>C</name></author>"),
        rss('<link href="/1"><b/></link>'),
        rss("<title>T</title><content><b/></content>"),
    ],
    Doubt.TYPE: [
        atom('<title type="xhtml">T</title>'),
        atom('<title type="text/html" mode="base64">VA==</title>'),
        atom('<content type="xhtml"><div>x</div></content>'),
    ],
    Doubt.NAME: [
        rss("<item/>"),
        rss("<date>2026-11-03</date>"),
        rss("<title_detail>x</title_detail>"),
        rss(f"<{'x' * 500}/>"),
        rss(f"<title {'x' * 500}='1'>T</title>"),
    ],
    Doubt.DATE: [rss("<pubDate>yesterday</pubDate>"), rss("<pubDate>31 Feb 2026</pubDate>")],
    Doubt.SIZE: [
        rss("<title " + " ".join(f"a{n}=''" for n in range(60)) + "/>"),
        rss("<a/>" * 300_000),
        rss("x" * 5_000_000),
    ],
}


@pytest.mark.parametrize(("why", "body"), [(why, body) for why in ODD for body in ODD[why]])
def test_every_doubt_is_named(why: Doubt, body: bytes) -> None:
    assert doubt(body) is why


def test_all_doubts_have_examples() -> None:
    assert ODD.keys() == set(Doubt)


# --- what is said of a broken feed that feedparser cannot take ------------------------------------


def mended(body: bytes) -> Feed:
    return read_plain(body, None, None, mend=True)


def test_a_broken_feed_is_mended() -> None:
    body = rss(
        "<title>A & B &nbsp; <b>C</b></title><link>https://a.example/?a=1&b=2</link>",
        "<title><![CDATA[D & E]]></title><pubDate>Tue, 03 Nov 26 09:30 EST</pubDate>",
        "<title>F \xff</title><pubDate>soon</pubDate><content type='xhtml'><p>G</p></content>",
    ).replace(b"</channel>", b"")
    first, second, third = mended(body).items
    assert (first.title, first.link) == ("A & B C", "https://a.example/?a=1&b=2")
    assert second.title == "D & E"
    assert str(second.published) == "2026-11-03 09:30:00-05:00"
    assert (third.published, third.summary) == (None, "G")


@pytest.mark.parametrize(
    "body", [b"", b"nothing", rss("<date/>"), b"<" * 200_000, b" " * 5_000_000]
)
def test_what_cannot_be_mended_is_not(body: bytes) -> None:
    with pytest.raises(UnsureError):
        mended(body)
