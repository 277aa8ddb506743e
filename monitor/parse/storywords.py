"""What galleries and live blogs call themselves.

Each word stands where it names the page, not the matter: "Live: flood", not "Live pigs".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.parse.page import Page

_MARK = r"(?=\s*(?:[:：|｜丨_】\]）)–—-]|$))"  # behind a word that stands for itself
_GALLERY = re.compile(
    r"^(?:photos?|pics|pictures|(?:photo )?gallery|slideshow|photo essay)\s*[:：|–—-]"
    r"|^in (?:pictures|photos|pics)\b"
    r"|[\s:|(–—-](?:in (?:pictures|photos|pics)|photo (?:gallery|essay)|slideshow)\W*$"
    rf"|(?:组图|組圖|高清图集?|多图){_MARK}"
    rf"|(?:^|[\s:：|｜丨_【\[（(])(?:图集|圖集|图辑|图片故事|影像){_MARK}"
    r"|ປະມວນພາບ|ຊຸດພາບ|ພາບຊຸດ|ປະມວນຮູບ|ประมวลภาพ|ภาพชุด|ชมภาพ",
    re.IGNORECASE,
)
LIVE = re.compile(
    r"^live\s*(?:[:：|–—-]|$)|(?-i:\bLIVE:)|[:|(–—-]\s*live\W*$"
    r"|\blive (?:updates?|blog|coverage|ticker)\b|\bas it happened\b|\bliveblog\b"
    rf"|(?:^|[\s:：|｜丨_【\[（(]|图文|视频|文字|现场|全程|实况|正在)直播中?{_MARK}"
    r"|(?:实时|實時|即时|滚动)(?:更新|播报|播報|直播|报道)"
    rf"|(?:ຖ່າຍທອດສົດ|ລາຍງານສົດ|ອັບເດດສົດ|รายงานสด|ถ่ายทอดสด|อัปเดตสด|สดๆ){_MARK}|เกาะติด",
    re.IGNORECASE,
)
_DATA = re.compile('"(?:ImageGallery|MediaGallery)"')


def says_gallery(page: Page, titles: Iterable[str]) -> bool:
    """Whether the page calls itself a gallery, by its title or its data."""
    return any(map(_GALLERY.search, titles)) or any(map(_DATA.search, page.json_ld))
