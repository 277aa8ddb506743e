"""The seed's layout, in the markups that news sites give it, with the seed's own text."""

from __future__ import annotations

import datetime as dt
import html
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.parse import parse_article, to_text

SHARED = Path(os.environ.get("MONITOR_SHARED", Path(__file__).parents[3] / "shared"))
SEED = SHARED / "seed" / "article.txt"
URL = "http://en.qstheory.cn/2021-01/22/c_582624.htm"
TITLE = "Xi calls for closer exchanges with Laos"
PARAGRAPHS = 18

Page = Callable[[list[str]], str]


def _head_and_p(lines: list[str]) -> str:
    chrome, title, credit, *body = lines
    links = "".join(f'<a href="#">{word}</a> ' for word in chrome.split())
    paragraphs = "".join(f"<p>{line}</p>\n" for line in body)
    head = f"<title>{title} - Qiushi Journal</title><div>{links}</div>"
    return f"{head}<h1>{title}</h1><p>{credit}</p>{paragraphs}"


def _spans(lines: list[str]) -> str:
    _, title, _, *body = lines
    credit = "<div><span>Source: Xinhua</span><span>Updated: 2021-01-22</span></div>"
    paragraphs = "".join(f"<p>{line}</p>" for line in body)
    nav = "<div><span>Nav</span><span>Search</span></div>"
    return f"{nav}<h1>{title}</h1>{credit}<div>{paragraphs}</div>"


def _divs(lines: list[str]) -> str:
    return (
        "<html><body><div>"
        + "".join(f"<div>{line}</div>" for line in lines)
        + "</div></body></html>"
    )


def _nested_divs(lines: list[str]) -> str:
    chrome, title, credit, *body = lines
    inner = "".join(f"<div>{line}</div>" for line in body)
    nav = f"<div><div>{chrome}</div></div>"
    return f"{nav}<div><div>{title}</div><div>{credit}</div><div>{inner}</div></div>"


def _double_breaks(lines: list[str]) -> str:
    return "<html><body><div>" + "<br><br>\n".join(lines) + "</div></body></html>"


def _single_breaks(lines: list[str]) -> str:
    return "<html><body><div>" + "<br/>".join(lines) + "</div></body></html>"


def _pre(lines: list[str]) -> str:
    return "<html><body><pre>" + "\n\n".join(lines) + "</pre></body></html>"


def _table(lines: list[str]) -> str:
    rows = "".join(f"<tr><td>{line}</td></tr>" for line in lines)
    return f"<html><body><table>{rows}</table></body></html>"


def _nested_table(lines: list[str]) -> str:
    chrome, title, credit, *body = lines
    cells = "".join(f"<td>{word}</td>" for word in chrome.split())
    text = "<br><br>".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{line}" for line in body)
    return (
        f"<table><tr>{cells}</tr></table><table><tr><td><b>{title}</b></td></tr>"
        f"<tr><td>{credit}</td></tr><tr><td>{text}</td></tr></table>"
    )


def _list_items(lines: list[str]) -> str:
    chrome, title, credit, *body = lines
    items = "".join(f"<li>{word}</li>" for word in chrome.split())
    paragraphs = "".join(f"<p><span>{line}</span></p>" for line in body)
    return (
        f"<ul>{items}</ul><h2>{title}</h2><div>{credit.replace(' Updated', ' | Updated')}</div>"
        f"<section>{paragraphs}</section><p>Editor: Zhang San</p><p>Copyright 2021 Qiushi</p>"
    )


def _plain(lines: list[str]) -> str:
    return "\n\n".join(lines)


MARKUPS: list[Page] = [
    _head_and_p,
    _spans,
    _divs,
    _nested_divs,
    _double_breaks,
    _single_breaks,
    _pre,
    _table,
    _nested_table,
    _list_items,
    _plain,
]


def _lines() -> list[str]:
    if not SEED.is_file():
        pytest.skip(f"no seed article at {SEED}: set MONITOR_SHARED to the folder that has it")
    text = SEED.read_text(encoding="utf-8")
    return [html.escape(line, quote=False) for line in text.split("\n\n") if line.strip()]


@pytest.mark.parametrize("markup", MARKUPS, ids=lambda markup: markup.__name__.strip("_"))
@pytest.mark.parametrize("url", [URL, "http://localhost/article"])
def test_seed_layout_is_read_exactly(markup: Page, url: str) -> None:
    lines = [line.strip() for line in _lines()]
    article = parse_article(markup(lines).encode(), url)
    assert article.title == TITLE
    assert article.source == "Xinhua"
    assert article.updated == dt.date(2021, 1, 22)
    assert article.published is None
    assert article.dateline is not None
    assert article.dateline.place == "BEIJING"
    assert len(article.body) == PARAGRAPHS
    assert list(article.body) == [html.unescape(line) for line in lines[3:]]
    assert article.language == "en"


def test_text_form_is_the_seed_without_its_chrome() -> None:
    lines = [line.strip() for line in _lines()]
    text = to_text(parse_article(_divs(lines).encode(), URL))
    assert text == "\n\n".join(html.unescape(line) for line in lines[1:]) + "\n"
