"""Lines that stand among a story's paragraphs and are none of them."""

from __future__ import annotations

import re

from monitor.parse import phrases
from monitor.parse.dates import find_stamp
from monitor.parse.hints import HEADINGS
from monitor.parse.page import LINKED, Block, Box

_SENTENCE = re.compile(r"[.!?。！？…”\"’」』:：;；)）]\W*$")
_FULL_STOP = re.compile(r"[.!?。！？…][”\"’」』]?\s*$")
_LABEL_LONGEST, _NAME_LONGEST = 160, 20
_END = 40  # characters at a text's end, where a full stop counts


_LINES = (
    phrases.WHOLE,
    phrases.LABELS,
    phrases.EDITOR,
    phrases.DISCLAIMER,
    phrases.ADDRESS,
    phrases.COUNTER,
    phrases.TAGS,
)
_UNTOLD = (phrases.FIELDS, phrases.BYLINE, phrases.STAFF)  # unless a sentence
_CAPTION_LONGEST, _LINE_LONGEST = 240, 320
_DATE_LONGEST = 64
_LINKS_TOLD = 0.3  # share of a sentence in links
_ZH_NAME = 5  # characters of a Chinese name with a full stop
_TELLING = 25  # weight of a sentence, below which a name may stand before a full stop
_TELLS = re.compile(r"[.?。！？][)）”\"’」』]{0,2}$")
_WORD = re.compile(r"[^\W\d_]+")
_UNCASED = re.compile("[\u0e00-\u0eff\u3040-\u9fff]")
# Words that stand between the names of a credit, in small letters.
_JOINING = frozenset(
    {
        "a", "additional", "agencies", "agency", "am", "and", "at", "bin", "by",
        "compiled", "correspondent", "da", "de", "di", "edited", "editing", "editor",
        "editors", "for", "from", "in", "la", "of", "on", "or", "p", "m", "posted",
        "published", "reported", "reporter", "reporting", "staff", "the", "to",
        "translated", "updated", "van", "von", "with", "writer", "writing", "written",
    }
)  # fmt: skip


def is_noise(block: Block, box: Box, *, pictured: bool = False) -> bool:
    """Whether a block within the story's box is no paragraph of it.

    ``pictured`` says that it stands beside a picture.
    """
    size = len(block.raw)
    if block.kind == "caption" or (size <= _LINE_LONGEST and _is_line(block, pictured)):
        return True
    if block.links > LINKED * size:
        return size < 120 or block.links > 0.9 * size or (block.kind == "li" and size < 200)
    if size > _LABEL_LONGEST:
        return False
    text = block.text
    if box.centered and not (block.strong or _FULL_STOP.search(text)):
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
    if phrases.PROMOTION.match(text):
        return True
    if size <= _LABEL_LONGEST and any(pattern.match(text) for pattern in _LINES):
        return True
    if size <= _CAPTION_LONGEST and phrases.PICTURE.search(text):
        return True
    told = tells(block)
    if size <= _CAPTION_LONGEST and (pictured or not told) and phrases.CAPTION.search(text):
        return True
    if not told:
        if phrases.OFFER.match(text):
            return True
        if size <= _LABEL_LONGEST and any(pattern.match(text) for pattern in _UNTOLD):
            return True
    return _asks_readers(text, told)


def _asks_readers(text: str, told: bool) -> bool:
    """Whether a text invites its readers, and is no sentence on somebody who invites others."""
    if told and phrases.REPORTED.search(text):
        return False
    if phrases.CALL.match(text):
        return True
    return (
        phrases.INVITATION.search(text) is not None
        and phrases.ASKED.search(text) is not None
        and (not told or phrases.READER.search(text) is not None)
    )


def tells(block: Block) -> bool:
    """Whether a block is a sentence, of more than names and numbers, and no link."""
    text = block.text
    if block.links > _LINKS_TOLD * len(block.raw) or not _TELLS.search(text):
        return False
    if _UNCASED.search(text):
        value = re.split("[:：]", text, maxsplit=1)[-1]
        return block.weight >= _TELLING or len(value) > _ZH_NAME
    return block.weight >= _TELLING and _small_words(text)


def _small_words(text: str) -> bool:
    """Whether a text has words in small letters, other than those that join names."""
    return any(word[0].islower() and word not in _JOINING for word in _WORD.findall(text))


def is_date(block: Block) -> bool:
    """Whether a block is a date, with the day of the week or a paper's name at most."""
    text = block.text
    stamp = find_stamp(text) if len(text) <= _DATE_LONGEST else None
    if stamp is None:
        return False
    rest = phrases.DAY.sub("", text[: stamp.start] + " " + text[stamp.end :])
    return not _UNCASED.search(rest) and not _small_words(rest)


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
    return block.kind in HEADINGS or credited or phrases.TAIL.match(text) is not None


def ends_sentence(text: str) -> bool:
    """Whether ``text`` ends as sentences do; a search through all of it would be quadratic."""
    return _SENTENCE.search(text[-_END:]) is not None
