"""Pages for tests, of our own words."""

from __future__ import annotations

from monitor.models import Article
from monitor.parse import parse_article

URL = "https://www.news.example/story"
PARAGRAPHS = (
    "The bridge over the river opened to traffic on Monday morning, two years after work began.",
    "Drivers who used to wait for the ferry now cross in less than four minutes, officials said.",
    "A second bridge, some forty kilometres upstream, is to follow before the end of next year.",
)
ZH = (
    "大桥于周一上午通车，距开工已有两年。沿岸居民说，过去等渡船要花上半天时间。",
    "据介绍，第二座大桥位于上游约四十公里处，预计明年年底前建成，届时货车不必再绕行。",
)
MORE = (
    "Farmers on the far bank say that a trip to the market used to take them half a day.",
    "The toll for a small truck is five times what the ferry asked, and nobody pays it gladly.",
    "Engineers from three countries worked on the piers, the tallest of which measures 61 metres.",
    "Ferrymen have been promised work at the toll gates, though only for the first two years.",
)
BODY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)

LONG = (*PARAGRAPHS, *MORE)
LONG_BODY = "".join(f"<p>{text}</p>" for text in LONG)


def page(
    body: str = BODY,
    *,
    title: str = "Bridge opens after two years of work",
    above: str = "",
    head: str = "",
    lang: str = "en",
) -> bytes:
    """A plain story page: ``above`` stands between headline and body."""
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head>{head}</head><body>'
        f"<h1>{title}</h1>{above}<div>{body}</div></body></html>"
    ).encode()


def parse(
    html: bytes, url: str = URL, charset: str | None = None, timezone: str | None = None
) -> Article:
    return parse_article(html, url, charset=charset, timezone=timezone)
