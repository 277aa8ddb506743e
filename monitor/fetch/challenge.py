"""Pages that ask for a human instead of giving the news: recognised and reported, never evaded."""

from __future__ import annotations

import re

from monitor.fetch.exchange import Headers
from monitor.fetch.headers import content_type

BEGINNING = 16 * 1024  # bytes of a page in which the marks below stand

# Header, its value, whose it is.
_HEADERS = (
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-amzn-waf-action", "challenge", "AWS WAF"),
    ("x-amzn-waf-action", "captcha", "AWS WAF"),
    ("x-vercel-mitigated", "challenge", "Vercel"),
)

# Whole titles, since a story may well be called "Just a moment, please".
_TITLES = {
    "just a moment...": "Cloudflare",
    "attention required! | cloudflare": "Cloudflare",
    "making sure you're not a bot!": "Anubis",
    "ddos-guard": "DDoS-Guard",
    "checking your browser before accessing": "a browser check",
    "checking your browser": "a browser check",
    "please wait... | cloudflare": "Cloudflare",
    "sucuri website firewall - access denied": "Sucuri",
    "bot verification": "a bot check",
    "human verification": "a bot check",
    "are you a robot?": "a bot check",
    "安全验证": "a bot check",
    "人机验证": "a bot check",
}
_MARKS = (
    (b'id="anubis_challenge"', "Anubis"),
    (b"/.within.website/x/cmd/anubis", "Anubis"),
    (b"window._cf_chl_opt", "Cloudflare"),
    (b'id="main-iframe" src="/_Incapsula_Resource', "Imperva"),
)
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{1,200})</title", re.IGNORECASE)


def challenger(headers: Headers, body: bytes) -> str | None:
    """Who asks for a human in this answer, None where it is an ordinary one."""
    for name, value, who in _HEADERS:
        if headers.get(name).strip().lower() == value:
            return who
    if content_type(headers)[0] not in ("text/html", "application/xhtml+xml", ""):
        return None
    beginning = body[:BEGINNING]
    for mark, who in _MARKS:
        if mark in beginning:
            return who
    title = _TITLE.search(beginning)
    if title is None:
        return None
    text = " ".join(title[1].decode("utf-8", "replace").replace("&#39;", "'").split())
    return _TITLES.get(text.lower())
