"""The identity of a link: one canonical URL for every address of the same story."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus, urldefrag, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

# Parameters that only say how a reader came by; what a site may need to find a story stays.
_TRACKING = re.compile(
    r"utm_.*|mtm_.*|pk_campaign|at_(?:campaign|medium|custom).*"  # Urchin, Matomo, AT Internet
    r"|(?:dcl|fbcl|gcl|igsh|msclk|srslt|ttcl|twcl|ycl)id|[gw]braid|gclsrc|igsh|_g[al]"
    r"|gad_(?:source|campaignid)|li_fat_id|_openstat|__twitter_impression"  # advertisers
    r"|guccounter|guce_referrer(?:_sig)?|ref_src|ref_url|s_cid|wt\.mc_id"
    r"|mc_[ce]id|mkt_tok|_hs(?:enc|mi)"  # newsletters
    r"|spm|scm|isappinstalled"  # Alibaba, WeChat
)
# Common words of other meanings too: dropped with these values only.
_TRACKING_VALUES = {
    "amp": frozenset(("", "1", "true")),
    "from": frozenset(("groupmessage", "rss", "singlemessage", "timeline")),
    "outputtype": frozenset(("amp",)),
    "ref": frozenset(("facebook", "rss", "twitter")),
    "share": frozenset(("email", "facebook", "twitter", "wechat", "weibo", "whatsapp")),
    "source": frozenset(("rss",)),
}
_TWIN_HOST = re.compile(
    r"(?:^(?:(?:www|m|mobile|amp|wap|3g|touch)\.)+|(?<=\.)m\.)(?=[^.]+\.[^.])"  # en.m.example.org
)
# https://example-org.cdn.ampproject.org/c/s/example.org/a, https://www.google.com/amp/s/example.org/a
_CACHE = re.compile(
    r"https?://(?:[a-z0-9-]+\.cdn\.ampproject\.org/[cv]/|(?:www\.)?google\.[a-z.]{2,6}/amp/)"
    r"(?:s/)?(?=[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/)",
    re.IGNORECASE,
)
_CACHES = ".cdn.ampproject.org"
_SESSION = re.compile(r";jsessionid=[^/?;]*", re.IGNORECASE)
# /amp/story, /story/amp, /story.amp, /story.amp.html; and /amp itself, which may be a page.
_AMP = re.compile(r"^/+amp(?=/+[^/])|(?<=[^/])/+amp(?=/*$)|(?<=[^/])\.amp(?=(?:\.html?)?/*$)")
_TAIL = re.compile(r"/+$")
_SLASHES = re.compile(r"/{2,}")
# What one pass uncovers may be folded further by the next: %2561mp, ;/, /amp/amp.
_PASSES = 8
_LONGEST = 4_000  # characters: more than servers take, and folding is quadratic
_DEFAULT_PORTS = (None, 80, 443)  # either, since http and https are folded


# Most addresses are as plain as this. What there is to fold in one shows without taking it apart.
_PLAIN = re.compile(
    r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)*)(:[1-9][0-9]{1,3}|:[1-5][0-9]{4})?"  # no capitals
    r"((?:/(?:[A-Za-z0-9_~-]|%[89A-F][0-9A-F])(?:[A-Za-z0-9_~.-]|%[89A-F][0-9A-F])*)*)/?"
    r"(?:\?([A-Za-z0-9_]+=[A-Za-z0-9_.-]*(?:&[A-Za-z0-9_]+=[A-Za-z0-9_.-]*)*))?"
)


def without_fragment(url: str) -> str:
    """``url`` without ``#…``, unless that is a page of its own: ``#/news/12``, ``#!news``."""
    bare, fragment = urldefrag(url)
    return url if fragment.startswith(("/", "!")) else bare


def leads_home(link: str, page: str) -> bool:
    """Whether the link of a story ended at a site's home page, as those of deleted stories do."""
    wanted, came = urlsplit(canonical_url(link)), urlsplit(canonical_url(page))
    if came.path != "/" or came.fragment:
        return False
    return wanted.path != "/" or bool(wanted.query and not came.query)


def canonical_url(url: str) -> str:
    """``url`` without what differs between addresses of the same story; idempotent.

    Scheme, ``www.``, mobile and AMP twins, default ports, fragment, trailing slash, tracking
    parameters, the order of parameters and the spelling of percent-encoding are folded
    (RFC 3986 §6.2). What is no http(s) URL comes back stripped: this never raises.
    """
    canonical = url.strip()
    if len(canonical) > _LONGEST:
        return canonical
    plain = _PLAIN.fullmatch(canonical)
    if plain and not _AMP.search(plain[3]) and not plain[1].endswith(_CACHES):
        return _fold_plain(plain)
    return _fold_fully(canonical)


def _fold_plain(plain: re.Match[str]) -> str:
    """What ``_fold_fully`` makes of it, in a tenth of the time."""
    host, port, path, query = plain.groups()
    host = _TWIN_HOST.sub("", host)
    if port not in (None, ":80", ":443"):
        host += port
    if query is None:
        return f"https://{host}{path or '/'}"
    parts = [part.partition("=") for part in query.split("&")]
    kept = sorted(part for part in parts if not _is_tracking(part[0].lower(), part[2].lower()))
    said = "&".join(map("".join, kept))
    return f"https://{host}{path or '/'}{'?' if said else ''}{said}"


def _fold_fully(url: str) -> str:
    canonical = url
    for _ in range(_PASSES):
        before, canonical = canonical, _fold(canonical)
        if canonical == before:
            break
    return canonical


def _fold(url: str) -> str:
    try:
        published = _CACHE.sub("https://", without_fragment(url), count=1)
        parts = urlsplit(canonicalize_url(published, keep_fragments=True))
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url
    if parts.scheme not in ("http", "https") or not host:
        return url
    host = _TWIN_HOST.sub("", host)
    if ":" in host:
        host = f"[{host}]"
    if port not in _DEFAULT_PORTS:
        host = f"{host}:{port}"
    query = "&".join(part for part in parts.query.split("&") if not _tracks(part))
    return urlunsplit(("https", host, _path(parts.path), query, parts.fragment))


def _path(path: str) -> str:
    path = _SLASHES.sub("/", _SESSION.sub("", path))
    while (shorter := _AMP.sub("", _TAIL.sub("", path))) != path:
        path = shorter
    return path or "/"


def _tracks(parameter: str) -> bool:
    key, _, value = parameter.partition("=")
    return _is_tracking(unquote_plus(key).lower(), unquote_plus(value).lower())


def _is_tracking(key: str, value: str) -> bool:
    return _TRACKING.fullmatch(key) is not None or value in _TRACKING_VALUES.get(key, ())
