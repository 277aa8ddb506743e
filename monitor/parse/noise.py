"""Lines that stand among a story's paragraphs and are none of them."""

from __future__ import annotations

import re

from monitor.parse import phrases
from monitor.parse.hints import HEADINGS
from monitor.parse.page import LINKED, Block, Box
from monitor.parse.told import tells

_SENTENCE = re.compile(r"[.!?。！？…”\"’」』:：;；)）]\W*$")
_FULL_STOP = re.compile(r"[.!?。！？…][”\"’」』]?\s*$")
_LABEL_LONGEST, _NAME_LONGEST = 160, 20
RUNNING = 60  # characters of what is one, whatever it ends with
_END = 40  # characters at a text's end, where a full stop counts
_GLUED = re.compile(r"\w[.!?][”\"’]?(?=[^\W\d_a-z])[\w’'./ -]{3,}$")  # in New York.Reuters


_LINE = phrases.any_of(
    phrases.WHOLE,
    phrases.MORE,
    phrases.LABELS,
    phrases.EDITOR,
    phrases.DISCLAIMER,
    phrases.ADDRESS,
    phrases.COUNTER,
    phrases.TAGS,
)
_UNTOLD = phrases.any_of(phrases.FIELDS, phrases.BYLINE, phrases.STAFF)  # unless a sentence
_CAPTION_LONGEST, _LINE_LONGEST = 240, 320
_OUTSIDE = 30  # characters of a sentence that stand in no link; "Read more:" has fewer


def is_noise(block: Block, box: Box, *, pictured: bool = False, listed: bool = False) -> bool:
    """Whether a block within the story's box is no paragraph of it.

    ``pictured`` says that it stands beside a picture, ``listed`` in a list of the text.
    """
    size = len(block.raw)
    if block.kind == "caption" or (size <= _LINE_LONGEST and _is_line(block, pictured)):
        return True
    if block.links > LINKED * size and not listed:
        if phrases.ALSO.match(block.text):
            return True
        if block.kind == "p" and size - block.links >= _OUTSIDE and _FULL_STOP.search(block.text):
            return False  # a sentence with a long link in it
        return size < 120 or block.links > 0.9 * size or (block.kind == "li" and size < 200)
    if size > _LABEL_LONGEST:
        return False
    text = block.text
    if box.centered and pictured and not (block.strong or _FULL_STOP.search(text)):
        return True  # below a picture
    if block.kind == "cell" and size < _NAME_LONGEST and text.endswith((":", "：")):
        return True
    if box.meta and size < 100:
        return True
    return (
        block.kind in {"div", "cell"} and size < 40 and not ends_sentence(text) and not block.strong
    )


def _is_line(block: Block, pictured: bool) -> bool:
    """Whether a block is promotion, a label with its value, or the credit of a picture."""
    text, size = block.text, len(block.raw)
    if phrases.PROMOTION.match(text) or phrases.SELLS.search(text):
        return True
    if size <= _LABEL_LONGEST and _LINE.match(text):
        return True
    if size <= _CAPTION_LONGEST and phrases.PICTURE.search(text):
        return True
    told = tells(block)
    if size <= _CAPTION_LONGEST and (pictured or not told) and phrases.CAPTION.search(text):
        return True
    if pictured and size <= _CAPTION_LONGEST and _GLUED.search(text[-_END:]):
        return True
    if not told:
        if phrases.OFFER.match(text):
            return True
        if size <= _LABEL_LONGEST and _UNTOLD.match(text):
            return True
    return _invites(text, told)


def asks_readers(block: Block) -> bool:
    """Whether a block invites its readers to something."""
    return len(block.raw) <= _LINE_LONGEST and _invites(block.text, tells(block))


def _invites(text: str, told: bool) -> bool:
    """Whether a text invites its readers, and is no sentence on somebody who invites others."""
    invites = phrases.CALL.match(text) is not None or (
        any(form.search(text) for form in phrases.INVITATIONS)
        and phrases.ASKED.search(text) is not None
        and (not told or phrases.READER.search(text) is not None)
    )
    return invites and not (told and phrases.REPORTED.search(text))


def ends_story(block: Block) -> bool:
    """Whether a block is the heading of other stories, or of what readers say."""
    return len(block.raw) <= _LABEL_LONGEST and phrases.MORE.match(block.text) is not None


def begins_comments(block: Block) -> bool:
    """Whether a block is the heading of what readers say."""
    return phrases.READERS.match(block.text[:_LABEL_LONGEST]) is not None


def is_tail(block: Block) -> bool:
    """Whether a block at the story's end is a credit or a heading of nothing."""
    text = block.text[:_LABEL_LONGEST]
    credited = phrases.CREDITED.match(text) is not None and not tells(block)
    disowned = phrases.DISOWNED.match(text) and not phrases.REPORTED.search(block.text)
    return block.kind in HEADINGS or credited or bool(disowned or phrases.TAIL.match(text))


def is_sentence(block: Block) -> bool:
    """Whether a block is running text: a sentence, or long enough to be some."""
    if block.kind in HEADINGS:
        return False
    return ends_sentence(block.text) or block.weight >= RUNNING


def ends_sentence(text: str) -> bool:
    """Whether ``text`` ends as sentences do; a search through all of it would be quadratic."""
    return _SENTENCE.search(text[-_END:]) is not None
