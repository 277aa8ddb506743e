"""What element names, classes, ids and roles say about the text inside.

The words are those that templates in use worldwide share; none is of one site alone.
"""

from __future__ import annotations

import re
from functools import lru_cache

INLINE = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
        "em", "font", "i", "img", "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby",
        "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
        "wbr",
    }
)  # fmt: skip
SKIP = frozenset(
    {
        "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed",
        "select", "textarea", "input", "video", "audio", "canvas", "map", "applet", "frameset",
        "datalist", "progress", "meter", "dialog",
    }
)  # fmt: skip
KINDS = {
    **{tag: tag for tag in ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "pre", "blockquote")},
    **dict.fromkeys(("figure", "figcaption", "caption"), "caption"),
    **dict.fromkeys(("td", "th"), "cell"),
    **dict.fromkeys(("dt", "dd"), "li"),
}
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
DROP_TAGS = frozenset({"nav", "aside", "footer", "menu", "button"})
DROP_ROLES = frozenset(
    {"navigation", "complementary", "contentinfo", "banner", "search", "menu", "menubar", "dialog"}
)

# A name speaks for its element by its first words or its last: "share-bar", "article-share",
# but not "grid-with-ad-slots". States ("has-sidebar", "comments-open") and utility classes say
# nothing.
_STATE = re.compile(
    r"^(?:has|is|no|not|with|without|js|u|lrv|tag|category|cat|format|type|status|post)-|"
    r"-(?:open|closed|enabled|disabled|on|off|hidden|visible|only)$|[:!\[]|"
    r"^(?:hidden|visible)-(?:xs|sm|md|lg|xl|mobile|phones?|tablets?|desktop)\b"  # on some screens
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DROP_WORDS = (
    r"nav(?:bar|igation|s)?|menus?|breadcrumbs?|crumbs?|bread|footer|foot|side-?bar(?!-grid)|"
    r"shar(?:e|es|ing|er)|social|sns|addthis|sharedaddy|bdshare|jiathis|related(?:-?(?:posts?|articles?|stories|links?))?|recommend\w*|"
    r"recirc\w*|read-?more|more-?(?:news|stories|articles|from)|also-?(?:read|like)|promos?|"
    r"promotions?|advert\w*|ads?|ad-?box|adsense|adsby\w+|sponsor\w*|banner|outbrain|taboola|"
    r"newsletter|subscri(?:be|ption)|sign-?up|cookies?|consent|gdpr|popup|modal|overlay|tooltip|"
    r"onetrust|didomi|usercentrics|sourcepoint|(?:fact|info)-?box|polls?|quiz|sabox\w*|expandable-box|"
    r"images?|photos?|pictures?|img|videos?|players?|audio-?\w*|galler(?:y|ies)|slideshow|"
    r"toolbar|tools|tags|tag-?(?:list|cloud)|keywords|pagination|pager|prev-?next|copyright|legal|"
    r"disclaimer|trending|popular|most-?(?:read|viewed)|hot-?news|widget-?area|"
    r"(?:pic|img|image|photo)-?(?:text|captions?|desc|info|credit)|captions?|caption-text|credits?|photo-?credit|skip|login|print|zebian|"
    r"author-?(?:bio|box|info|card|about)|about-?author|bio|follow|rating|"
    r"qr-?code|ewm|weixin|wechat|hidden|visually-?hidden|sr-only|screen-reader-?\w*|noprint|no-print"
)
_COMMENT = r"comments?|disqus|respond|replies|pinglun|liuyan|discussions?"
_META = (
    r"by-?lines?|authors?|writer|date|time|timestamp|meta|meta-?data|info|source|laiyuan|"
    r"pub(?:lish)?-?(?:date|time)|published"
)
_BODY = (
    r"article-?(?:body|content|text|main)|story-?(?:body|content|text)|post-?(?:body|content)|"
    r"entry-?content|body-?(?:copy|text|content)|news-?(?:content|text|body|con)|"
    r"main-?(?:content|text)|content-?(?:body|text|main)|rm-?txt-?con|trs-?editor|the-?content|"
    r"detail-?(?:content|text)|articletext|articlebody|content|article|cont|text|zw|zhengwen"
)


def _ends(words: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:{words})(?=$|[-\d])|(?:^|-)(?:{words})\d*$")


_DROP, *_KINDS = (_ends(words) for words in (_DROP_WORDS, _COMMENT, _BODY, _META))
CENTERED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
CLIPPED = re.compile(r"clip\s*:\s*rect\(\s*[01](?:px)?[\s,]", re.IGNORECASE)


NO_HINTS = (False, False, False, False)

# What stands in running text, but is shown only when a reader asks for it.
_UNSEEN = re.compile(
    r"(?:^|[\s_-])(?:tooltip|popover|rollover|dropdown|sr-?only|visually-?hidden|screen-?reader)"
    r"(?=$|[\s_-])(?!-(?:link|trigger|toggle|people(?:-link)?(?:\s|$)))"
)
# In a link: "opens in a new tab". Elsewhere such names hold a headline's colon, or the headline.
_UNSEEN_IN_LINK = re.compile(
    r"(?:^|[\s_-])(?:(?:hidden(?:-?(?:label|text))?|off-?screen)(?=$|[\s_])|vh(?=$|\s))"
)


@lru_cache(maxsize=4096)
def is_unseen(names: str, *, linked: bool) -> bool:
    """Whether the class of an inline element, in a link or not, says that nobody sees it."""
    names = names.lower()
    return bool(_UNSEEN.search(names) or (linked and _UNSEEN_IN_LINK.search(names)))


@lru_cache(maxsize=16384)
def read_names(names: str) -> tuple[bool, bool, bool, bool]:
    """Whether class, id and itemprop name a side matter, comments, the body, a line of metadata."""
    words = _CAMEL.sub("-", names).lower().replace("__", " ").replace("_", "-").split()
    unseen = "d-none" in words and not any(word.endswith("-block") for word in words)
    words = [word for word in words if not _STATE.search(word)]
    side = [word for word in words if _DROP.search(word)]
    rest = [word for word in words if word not in side]  # "caption-text" is no text of the story
    comment, body, meta = (any(kind.search(word) for word in rest) for kind in _KINDS)
    hints = (bool(side) or unseen, comment, body, meta)
    return hints if any(hints) else NO_HINTS
