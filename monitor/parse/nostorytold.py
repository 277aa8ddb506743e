"""Whether what a page says beside the words of a challenge, a login or a 404 is news.

A short story may have the title of such a page, or quote one. But it has a date, or
tells who said it or on which day, and has a sentence that does not speak to readers of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from monitor.parse.credits import find_parts
from monitor.parse.dated import find_evidence
from monitor.parse.headline import title_block
from monitor.parse.letters import weigh
from monitor.parse.months import WEEKDAY
from monitor.parse.nostorywords import Words
from monitor.parse.shown import Shown

_SENTENCE = 20  # characters, below which it tells nothing
_NEAR = 3  # blocks above the text, where no headline is printed
_ENDS = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
_NEWS = re.compile(
    rf"\b(?:said|told|says|{WEEKDAY})\b"
    r"|(?:周|星期|礼拜)[一二三四五六日天]|\d日|表示|据报道|ກ່າວວ່າ|ໃນວັນ|กล่าวว่า|เมื่อวัน"
    r"|cho biết|hôm thứ",
    re.IGNORECASE,
)
_TO_READERS = re.compile(
    r"\b(?:you|your|you're|please|click|javascript|cookies?|captcha|browser|password|account|e-?mail"
    r"|our|unlimited|join|(?:a|per) month|trial|journalism|search|home ?page"
    r"|links? below|members?|subscri\w+"
    r"|registered|log ?in|sign ?in|server|website|security service|ray id|reference|request|ip"
    r"|this (?:page|site|content|article|story)"
    r"|(?:page|article|story|content) (?:is|was|has|may|cannot|could))\b"
    r"|您|你|(?<![申邀聘])[请請]|返回|跳转|刷新|点击|链接|網址|网址|浏览器|本站|本报|本文|本页|页面|稍后|稍候|重试|验证码|密码|会员|订阅"
    r"|ທ່ານ|ກະລຸນາ|ຂໍອະໄພ|ເວັບໄຊ|ໜ້າຫຼັກ|ລະຫັດຜ່ານ|ສະມາຊິກ|คุณ|ท่าน|กรุณา|โปรด|ขออภัย|เว็บไซต์|หน้าแรก|รหัสผ่าน|สมาชิก"
    r"|\b(?:bạn|vui lòng|quý|trang|trình duyệt|mật khẩu|tài khoản|xin lỗi)\b",
    re.IGNORECASE,
)


def tells_news(words: Words, shown: Shown, title: str | None, story: dict[str, Any]) -> bool:
    """Whether the text of a page that looks like no story has two of three signs of one."""
    blocks = (shown.page.blocks[i].text for i in shown.body)
    sentences = [part for text in blocks for part in _ENDS.split(text) if weigh(part) >= _SENTENCE]
    signs = any(map(_NEWS.search, sentences)), _plain(words, sentences)
    return all(signs) or (any(signs) and _is_dated(shown, title, story))


def _plain(words: Words, sentences: Iterable[str]) -> bool:
    """Whether a sentence is not about the page that it stands on."""
    return any(not (words.saying.search(each) or _TO_READERS.search(each)) for each in sentences)


def _is_dated(shown: Shown, title: str | None, story: dict[str, Any]) -> bool:
    """Whether a date stands by the text, or is declared; that of the day stands far above it."""
    page, body = shown.page, shown.body
    top = title_block(page, [title or ""], body[0])
    if top is None:
        top = max(0, body[0] - _NEAR)
    parts = find_parts(page, top, body)
    return any(find_evidence(page, story, parts, top, body, page.picked.dates))
