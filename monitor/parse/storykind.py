"""Whether a page that shows a story is a gallery, a live blog, or in two languages.

Such a page is kept, but nobody is alerted of it: what a rule finds in it may stand in any of its
entries. So a plain story must not be taken for one, and each kind takes two signs at least.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from monitor.models import StoryKind
from monitor.parse import jsonld
from monitor.parse.headline import title_block
from monitor.parse.hints import HEADINGS
from monitor.parse.letters import weigh
from monitor.parse.page import LINKED
from monitor.parse.shown import Shown
from monitor.parse.storywords import LIVE, says_gallery

_PATH = re.compile(
    r"/(?:galler(?:y|ies)|photos?|slideshows?|pictures?|tupian|tuji)/", re.IGNORECASE
)
_LIVE_PATH = re.compile(r"/(?:live|liveblog|live-updates?|zhibo)[/-]", re.IGNORECASE)
_PICTURES = 4  # that are a gallery
_CAPTION = 200  # characters of text to each picture, at most
_LONGEST = 300  # characters of a caption
_BESIDE = 2  # paragraphs more than pictures
_ABOVE = 3  # blocks above the text in which pictures may stand, where no headline is printed
_CLOCK = re.compile(r"\W{0,3}(?:[01]?\d|2[0-3])[:：.]\d\d(?!\d|[:：.]?\d*\s?%)")
_ENTRIES = 4  # with a time of their own that are a live blog
_SHARE, _TEXT = 0.3, 250  # of the smaller of two languages
_LETTERS = (
    re.compile("[\u3400-\u4dbf\u4e00-\u9fff]"),
    re.compile("[\u0e80-\u0eff]"),
    re.compile("[\u0e00-\u0e7f]"),
    re.compile("[A-Za-z\u00c0-\u024f]"),
)
_FOREIGN = re.compile("[\u0e00-\u0eff\u3400-\u9fff]")  # one of the two is
_HAN = 3  # what a Han character says beside a letter
_LINE = 40  # characters, below which a paragraph says nothing of the language
_LOOKED_AT, _MOST = 2_000, 200  # characters of a paragraph; paragraphs
_CLEAR = 0.7  # of a paragraph's letters that are of its script


def kind_of(
    shown: Shown, title: str, body: Sequence[str], story: dict[str, Any], url: str
) -> StoryKind:
    """What the page is; ``body`` are the paragraphs, lead included, ``story`` its JSON-LD."""
    if _is_live(shown, title, story, url):
        return StoryKind.LIVE
    if _is_gallery(shown, title, url):
        return StoryKind.GALLERY
    return StoryKind.BILINGUAL if _is_bilingual(body) else StoryKind.STORY


def _is_live(shown: Shown, title: str, story: dict[str, Any], url: str) -> bool:
    said = "LiveBlogPosting" in jsonld.texts(story.get("@type"))
    if not (said or LIVE.search(title) or _LIVE_PATH.search(url)):
        return False
    page, body = shown.page, shown.body
    span = range(max(0, body[0] - 2), body[-1] + 1)  # the first time stands before its entry
    clocks = {i for i in span if _CLOCK.match(page.blocks[i].raw)}
    clocks |= {at for _, at, _ in page.times if at in span}
    updates = story.get("liveBlogUpdate")
    listed = len(updates) if isinstance(updates, list) else 0
    return max(len(clocks), listed) >= _ENTRIES


def _is_gallery(shown: Shown, title: str, url: str) -> bool:
    page, body = shown.page, shown.body
    if not (says_gallery(page, [title]) or _PATH.search(url)):
        return False
    pictures = _count_pictures(shown, title)
    longest = max(page.blocks[i].weight for i in body)
    few = len(body) <= pictures + _BESIDE
    return (
        few
        and pictures >= _PICTURES
        and shown.weight <= _CAPTION * pictures
        and longest <= _LONGEST
    )


def _count_pictures(shown: Shown, title: str) -> int:
    """From the headline to the article's end; of those in a row, not the buttons."""
    page, body = shown.page, shown.body
    top = title_block(page, [title], body[0])
    span = range(body[0] - _ABOVE if top is None else top + 1, _end(shown))
    pictures, buttons = Counter(page.pictures), Counter(page.buttons)
    return sum(max(1, pictures[at] - buttons[at]) for at in pictures if at in span)


def _end(shown: Shown) -> int:
    """The block at which what stands below the text is no longer its pictures' captions."""
    blocks = shown.page.blocks
    for i in range(shown.body[-1] + 1, len(blocks)):
        block = blocks[i]
        aside = block.kind != "caption" and (block.kind in HEADINGS or shown.drop[block.box])
        if aside or block.weight > _LONGEST or block.links > LINKED * len(block.raw):
            return i
    return len(blocks)


def _is_bilingual(body: Sequence[str]) -> bool:
    if not any(not text.isascii() and _FOREIGN.search(text) for text in body):
        return False
    weights, counts = [0] * len(_LETTERS), [0] * len(_LETTERS)
    for text in (text[:_LOOKED_AT] for text in body[:_MOST]):
        if weigh(text) < _LINE:
            continue
        letters = [len(pattern.findall(text)) for pattern in _LETTERS]
        letters[0] *= _HAN
        most = max(letters)
        if most >= _CLEAR * sum(letters):
            at = letters.index(most)
            weights[at] += most
            counts[at] += 1
    *_, second, first = sorted(range(len(weights)), key=lambda i: weights[i])
    enough = weights[second] >= max(_TEXT, _SHARE * (weights[first] + weights[second]))
    return enough and counts[second] >= 2
