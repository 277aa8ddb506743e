"""Where a site says, or shows, that its stories are listed: addresses worth a look. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import webencodings
from bs4 import BeautifulSoup, Tag

from monitor.discover.markup import words
from monitor.discover.text import collapse, http_url, plain_text
from monitor.models import Fetched


@dataclass(frozen=True, slots=True)
class Lead:
    """An address that may list stories."""

    url: str
    kind: str  # what it should be; anything else there is an accident
    origin: str  # how it was found, for people
    title: str | None = None


_FEED_TYPE = re.compile(
    r"\s*(?:application/(?:rss|atom|rdf|feed)\+(?:xml|json)|(?:application|text)/xml)",
    re.IGNORECASE,
)
_FEED_PATH = re.compile(r"(?:^|[/.?=_-])(?:rss|atom|rdf|feed)s?(?:$|[/.?&_-])", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|评论|跟帖|ຄວາມເຫັນ", re.IGNORECASE)


def advertised(soup: BeautifulSoup, base: str) -> list[Lead]:
    """The feeds that a page names in its head, then those that it links to; comments last."""
    leads = [
        Lead(url, "feed", "named by the page", collapse(str(link.get("title") or "")) or None)
        for link in soup.select("link[rel~=alternate][href]")
        if _FEED_TYPE.match(str(link.get("type") or "")) and (url := _address(link, base))
    ]
    leads += [
        Lead(url, "feed", "linked by the page", words(anchor) or None)
        for anchor in soup.find_all("a", href=True)
        if (url := _address(anchor, base)) and _FEED_PATH.search(_path(url))
    ]
    return _once(sorted(leads, key=is_of_comments))


def is_of_comments(lead: Lead) -> bool:
    return _COMMENTS.search(f"{_path(lead.url)} {lead.title or ''}") is not None


_DATA_FILE = re.compile(r"datasource:(\w{8,64})")


def data_files(soup: BeautifulSoup, base: str) -> list[Lead]:
    """The data files from which the lists of Xinhua's sites are filled in."""
    holders = soup.select("[data^='datasource:']")
    found = ((holder, _DATA_FILE.fullmatch(str(holder["data"]))) for holder in holders)
    leads = (
        Lead(urljoin(base, f"{holder.get('preview') or 'ds_'}{name[1]}.json"), "json", "its data")
        for holder, name in found
        if name
    )
    return _once(leads)


SECTION = "a section of the site"  # where a lead comes from
# What a section on our subject may be called, the closest first.
_SECTIONS = tuple(
    re.compile(rf"\b(?:{latin})\b|{other}", re.IGNORECASE)
    for latin, other in (
        ("laos|lao", "老挝|ສປປ ລາວ"),
        ("china|chinese", "中国|ຈີນ"),
        ("asean|asia|asia[- ]pacific|mekong", "东盟|亚太|ອາຊຽນ|ອາຊີ"),
        ("world|international|foreign|diplomacy", "国际|外交|ຕ່າງປະເທດ"),
        ("news|latest", "要闻|滚动|新闻|ຂ່າວ"),
    )
)
_LONGEST_NAME = 30  # characters: a longer text is a headline


def sections(soup: BeautifulSoup, base: str) -> list[Lead]:
    """Pages of the same host whose name promises stories on our subject, the closest first."""
    ranked: list[tuple[int, Lead]] = []
    for anchor in soup.find_all("a", href=True):
        name, url = words(anchor), _address(anchor, base)
        rank = _subject(name)
        if rank is not None and url and _is_section(url, base):
            ranked.append((rank, Lead(url, "page", SECTION, name)))
    return _once(lead for _, lead in sorted(ranked, key=lambda pair: pair[0]))


def _subject(name: str) -> int | None:
    if len(name) > _LONGEST_NAME:
        return None
    return next((rank for rank, called in enumerate(_SECTIONS) if called.search(name)), None)


def _is_section(url: str, base: str) -> bool:
    here, there = urlsplit(base), urlsplit(url)
    elsewhere = there.hostname != here.hostname
    return not elsewhere and _path(url).strip("/") not in ("", _path(base).strip("/"))


_SITEMAP = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)


def named_sitemaps(robots: bytes, base: str) -> list[Lead]:
    """The sitemaps of a robots.txt (RFC 9309 leaves them to sitemaps.org), of news first."""
    found = (
        http_url(base, name) for name in _SITEMAP.findall(robots.decode("utf-8-sig", "replace"))
    )
    leads = [Lead(url, "sitemap", "named in robots.txt") for url in found if url]
    return _once(sorted(leads, key=lambda lead: "news" not in _path(lead.url)))


def usual_sitemaps(base: str) -> list[Lead]:
    names = (
        *("/sitemap_news.xml", "/news-sitemap.xml", "/sitemap.xml", "/sitemap_index.xml"),
        "/wp-sitemap.xml",
    )
    return [Lead(urljoin(base, name), "sitemap", "found where many have it") for name in names]


def usual_feeds(base: str) -> list[Lead]:
    names = ("/feed/", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")
    return [Lead(urljoin(base, name), "feed", "found where many have it") for name in names]


_TITLE = re.compile(r"<(?:\w+:)?title\b[^>]*>\s*(<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</", re.DOTALL)
_ENCODING = re.compile(rb"encoding=[\"']([\w-]+)")
_HEAD = 16 * 1024


def feed_title(answer: Fetched) -> str | None:
    """The title that an XML feed gives itself."""
    head = answer.body[:_HEAD]
    declared = _ENCODING.search(head)
    label = answer.charset or (declared[1].decode("ascii") if declared else "utf-8")
    text = webencodings.decode(head, webencodings.lookup(label) or webencodings.UTF8)[0]
    title = _TITLE.search(text)
    if title is None:
        return None
    return plain_text(title[2] if title[1] else html.unescape(title[2])) or None


def title_of(soup: BeautifulSoup) -> str | None:
    title = soup.find("title")
    return (words(title) or None) if isinstance(title, Tag) else None


_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def language_of(soup: BeautifulSoup) -> str | None:
    """What a page says of its own language."""
    root = soup.find("html", lang=True)
    return language_tag(str(root["lang"])) if isinstance(root, Tag) else None


def language_tag(said: str | None) -> str | None:
    """``said`` where it has the form of BCP 47."""
    return said if said and _LANGUAGE_TAG.fullmatch(said) else None


def _address(tag: Tag, base: str) -> str | None:
    return http_url(base, str(tag["href"]))


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _once(leads: Iterable[Lead]) -> list[Lead]:
    first: dict[str, Lead] = {}
    for lead in leads:
        first.setdefault(lead.url, lead)
    return list(first.values())
