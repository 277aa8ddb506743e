"""The words that stand before a source, a date or a name in the lines round a story."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from monitor.parse.page import SEAM

Scripts: TypeAlias = tuple[re.Pattern[str], re.Pattern[str]]  # the second is not in ASCII

_WHEN_EN = r"(?:\s+(?:on|at|time|date))?"
_WHEN_ZH = "(?:时间|時間|日期|于|於)?"
_WHEN_LO = "(?:ລ່າສຸດ|ເມື່ອ|ວັນທີ)?"
_WHEN_TH = "(?:ล่าสุด|เมื่อ|วันที่)?"
_WHEN_EU = r"(?:\s+(?:am|le|el|il|em|op|on|den|dne|w dniu))?"
# Running text says "on the date" too: there a word stands before it.
_ALONE = "(?<![\u0e00-\u0eff])(?<![\u0e00-\u0eff] )"
_DATE = "(?:(?:ລົງ)?ວັນທີ(?:ເຜີຍແຜ່)?|วันที่)"
# In small letters, by script: words of Latin and Cyrillic letters begin where a word does.
_SPACED = {
    "source": r"(?:news\s+)?source",
    "updated": r"(?:last(?:est)?\s+|latest\s+)?(?:updated?|modified|revised|edited(?=\s+on))"
    rf"{_WHEN_EN}|(?:(?:zuletzt\s+)?(?:aktualisiert|geändert|bearbeitet)|(?:letzte\s+)?(?:änderung"
    rf"|aktualisierung)|stand|mise? à jour|modifié|actualizado|aggiornato|atualizado|обновлено"
    rf"|bijgewerkt|güncelleme|cập nhật){_WHEN_EU}",
    "published": r"(?:first\s+|originally\s+)?(?:published|posted|publication|release|created)"
    rf"{_WHEN_EN}|(?:pub)?date"
    r"|(?:veröffentlicht|erschienen|erstellt|eingestellt|datum|publiée?|mise? en ligne|fecha"
    r"|publicado|pubblicato|опубликовано|дата|gepubliceerd|geplaatst|yay[ıi]nlanma|ngày đăng)"
    rf"{_WHEN_EU}",
    # Of an account in a forum: when its owner came.
    "joined": r"(?:joined|registered|registriert|(?:mitglied|dabei)\s+seit|member\s+since"
    r"|inscrite?|inscription|registrado|iscritto|регистрация|зарегистрирован)(?:\s+(?:on|seit|since|le|el))?",
    "author": r"(?:author|(?:(?:written|words|text|story)\s+)?by|writer|reporter|autor(?:in)?)",
    "other": r"(?:web\s+)?editors?|(?:translat(?:ed|ion)|edited|reviewed)\s+by|translator"
    r"|(?:photos?|share|views?|tags?|keywords|category|section|font(?:\s+size)?|size|comments?)",
}
_UNSPACED = {
    "source": r"(?:文章|稿件|信息|新闻|消息)?(?:来源|來源)|来自|來自|出处|出處"
    r"|ແຫຼ່ງ(?:ຂ່າວ|ທີ່ມາ|ຂໍ້ມູນ)|(?:ແຫຼ່ງ)?ທີ່ມາ|ຂໍ້ມູນຈາກ|(?:แหล่ง)?ที่มา|แหล่งข่าว",
    "updated": rf"(?:最后|最近|最後)?(?:更新|修改){_WHEN_ZH}|(?:ອັບເດດ|ປັບປຸງ|ແກ້ໄຂ){_WHEN_LO}"
    rf"|(?:อัปเดต|อัพเดต|ปรับปรุง|แก้ไข){_WHEN_TH}",
    "published": rf"(?:发布|發布|發佈|发表|發表|发稿|刊发|刊登|上传|录入|出版){_WHEN_ZH}"
    rf"|时间|時間|日期|ເຜີຍແຜ່{_WHEN_LO}|{_DATE}|(?:เผยแพร่|โพสต์){_WHEN_TH}",
    "joined": r"(?:注册|註冊|加入)(?:时间|時間|日期)|สมัครสมาชิกเมื่อ",
    "author": r"(?:原|本文)?作者|撰文|撰稿|执笔人?|文/图|图/文|文字?|记者|記者"
    r"|ຂ່າວ(?:\s*ແລະ\s*ພາບ)?|ຜູ້ຂຽນ|ນັກຂ່າວ|(?:ຂຽນ|ສົ່ງ|ຮຽບຮຽງ)?ໂດຍ"
    r"|ผู้เขียน|ผู้สื่อข่าว|(?:เขียน|เรียบเรียง)?โดย|เรื่อง",
    "other": r"责任编辑|責任編輯|责编|编辑|編輯|编译|翻译|译者|校对|审核|排版|字号|字体|阅读|浏览"
    r"|点击|查看|人气|分享|评论|打印|关键词|标签|栏目|分类|原标题|图片?来源|圖片?來源|摄影|攝影|摘要|(?:发布|發佈)(?:者|机构)"
    r"|索引号|ພາບ|ຮູບ(?:ພາບ)?|ບັນນາທິການ|ແປໂດຍ|ໝວດ(?:ໝູ່)?|ເຂົ້າເບິ່ງ|ເບິ່ງ|ອ່ານ|ຮິດ"
    r"|ภาพ|แปลโดย|บรรณาธิการ|อ่าน|หมวด",
}
LABELS = {name: rf"\b(?:{words})|{_UNSPACED[name]}" for name, words in _SPACED.items()}
_COLON = rf"[\s{SEAM}]*[:：]\s*"
_AHEAD = rf"[\s{SEAM}]+(?=[\d໐-໙๐-๙a-z])"


def _by_script(spaced: Mapping[str, str], unspaced: Mapping[str, str], end: str) -> Scripts:
    """What finds those labels, each before ``end``, in a text in small letters.

    Two patterns, not one that ignores case: that one would try each word at each letter.
    """
    first, second = (
        "|".join(f"(?P<{name}>(?:{words}){end})" for name, words in labels.items())
        for labels in (spaced, unspaced)
    )
    return re.compile(rf"\b(?:{first})"), re.compile(
        rf"(?=[\u0e00-\u0eff\u4e00-\u9fff])(?:{second})"
    )


LABEL = _by_script(_SPACED, _UNSPACED, _COLON)
# Dates go without a colon too: "Updated 2021-01-22"; so do some names.
_TIMES = ("updated", "published")
BARE = _by_script(
    {name: _SPACED[name] for name in _TIMES},
    {name: _UNSPACED[name].replace(_DATE, _ALONE + _DATE) for name in _TIMES},
    _AHEAD,
)
BARE_NAME = re.compile(
    rf"(?P<author>(?:(?:ຂຽນ|ສົ່ງ|ຮຽບຮຽງ)ໂດຍ|ໂດຍ(?=\s*{SEAM}|\s)|(?:เขียน|เรียบเรียง)?โดย)"
    rf"[\s{SEAM}]+|(?<![^|｜\s{SEAM}])(?:文/图|图/文|撰文|作者|记者)\s+"
    r"(?=[\u4e00-\u9fff]{2,4}(?:[\s、|｜]|$)))|(?P<published>(?:[ໃ]ນວັນທີ|ເມື່ອ|เมื่อ)[\s{SEAM}]+)"
)
PAIR = re.compile(
    rf"(?:{LABELS['source']}){_COLON}|(?:{LABELS['updated']}){_COLON}|(?:{LABELS['published']}){_COLON}",
    re.IGNORECASE,
)
UPDATE_AHEAD = re.compile(rf"(?:{LABELS['updated']})[\s:：,{SEAM}]*$", re.IGNORECASE)
# Of a line or a cell of its own: "Published", "Erstellt am: 1.11.2023"
PUBLISHED = re.compile(rf"\W*(?:{LABELS['published']})(?:[\s:：{SEAM}]|$)", re.IGNORECASE)
