"""The words that stand before a source, a date or a name in the lines round a story."""

from __future__ import annotations

import re

from monitor.parse.page import SEAM

_WHEN_EN = r"(?:\s+(?:on|at|time|date))?"
_WHEN_ZH = "(?:时间|時間|日期|于|於)?"
_WHEN_LO = "(?:ລ່າສຸດ|ເມື່ອ|ວັນທີ)?"
_WHEN_TH = "(?:ล่าสุด|เมื่อ|วันที่)?"
_WHEN_EU = r"(?:\s+(?:am|le|el|il|em|op|on|den|dne|w dniu))?"
# Running text says "on the date" too: there a word stands before it.
_ALONE = "(?<![\u0e00-\u0eff])(?<![\u0e00-\u0eff] )"
_DATE = "(?:(?:ລົງ)?ວັນທີ(?:ເຜີຍແຜ່)?|วันที่)"
LABELS = {
    "source": r"\b(?:news\s+)?source|(?:文章|稿件|信息|新闻|消息)?(?:来源|來源)|来自|來自|出处|出處"
    r"|ແຫຼ່ງ(?:ຂ່າວ|ທີ່ມາ|ຂໍ້ມູນ)|(?:ແຫຼ່ງ)?ທີ່ມາ|ຂໍ້ມູນຈາກ|(?:แหล่ง)?ที่มา|แหล่งข่าว",
    "updated": r"\b(?:last(?:est)?\s+|latest\s+)?(?:updated?|modified|revised|edited(?=\s+on))"
    rf"{_WHEN_EN}|(?:最后|最近|最後)?(?:更新|修改){_WHEN_ZH}|(?:ອັບເດດ|ປັບປຸງ|ແກ້ໄຂ){_WHEN_LO}"
    rf"|(?:อัปเดต|อัพเดต|ปรับปรุง|แก้ไข){_WHEN_TH}"
    rf"|\b(?:(?:zuletzt\s+)?(?:aktualisiert|geändert|bearbeitet)|(?:letzte\s+)?(?:änderung"
    rf"|aktualisierung)|stand|mise? à jour|modifié|actualizado|aggiornato|atualizado|обновлено"
    rf"|bijgewerkt|güncelleme|cập nhật){_WHEN_EU}",
    "published": r"\b(?:first\s+|originally\s+)?(?:published|posted|publication|release|created)"
    rf"{_WHEN_EN}|\b(?:pub)?date|(?:发布|發布|發佈|发表|發表|发稿|刊发|刊登|上传|录入|出版){_WHEN_ZH}"
    rf"|时间|時間|日期|ເຜີຍແຜ່{_WHEN_LO}|{_DATE}|(?:เผยแพร่|โพสต์){_WHEN_TH}"
    rf"|\b(?:veröffentlicht|erschienen|erstellt|eingestellt|datum|publiée?|mise? en ligne|fecha"
    rf"|publicado|pubblicato|опубликовано|дата|gepubliceerd|geplaatst|yayınlanma|ngày đăng)"
    rf"{_WHEN_EU}",
    # Of an account in a forum: when its owner came.
    "joined": r"\b(?:joined|registered|registriert|(?:mitglied|dabei)\s+seit|member\s+since"
    r"|inscrite?|inscription|registrado|iscritto|регистрация|зарегистрирован)(?:\s+(?:on|seit|since|le|el))?"
    r"|(?:注册|註冊|加入)(?:时间|時間|日期)|สมัครสมาชิกเมื่อ",
    "author": r"\b(?:author|(?:(?:written|words|text|story)\s+)?by|writer|reporter|autor(?:in)?)"
    r"|(?:原|本文)?作者|撰文|撰稿|执笔人?|文/图|图/文|文字?|记者|記者"
    r"|ຂ່າວ(?:\s*ແລະ\s*ພາບ)?|ຜູ້ຂຽນ|ນັກຂ່າວ|(?:ຂຽນ|ສົ່ງ|ຮຽບຮຽງ)?ໂດຍ"
    r"|ผู้เขียน|ผู้สื่อข่าว|(?:เขียน|เรียบเรียง)?โดย|เรื่อง",
    "other": r"\b(?:web\s+)?editors?|\b(?:translat(?:ed|ion)|edited|reviewed)\s+by|\btranslator"
    r"|\b(?:photos?|share|views?|tags?|keywords|category|section|font(?:\s+size)?|size|comments?)"
    r"|责任编辑|責任編輯|责编|编辑|編輯|编译|翻译|译者|校对|审核|排版|字号|字体|阅读|浏览|点击|查看|人气"
    r"|分享|评论|打印|关键词|标签|栏目|分类|原标题|图片?来源|圖片?來源|摄影|攝影|摘要|(?:发布|發佈)(?:者|机构)"
    r"|索引号|ພາບ|ຮູບ(?:ພາບ)?|ບັນນາທິການ|ແປໂດຍ|ໝວດ(?:ໝູ່)?|ເຂົ້າເບິ່ງ|ເບິ່ງ|ອ່ານ|ຮິດ"
    r"|ภาพ|แปลโดย|บรรณาธิการ|อ่าน|หมวด",
}
_COLON = rf"[\s{SEAM}]*[:：]\s*"
_AHEAD = rf"[\s{SEAM}]+(?=[\d໐-໙๐-๙A-Z])"
# Dates go without a colon too: "Updated 2021-01-22"; so do some names.
LABEL = re.compile(
    "|".join(f"(?P<{name}>(?:{words}){_COLON})" for name, words in LABELS.items()), re.IGNORECASE
)
BARE = re.compile(
    rf"(?P<updated>(?:{LABELS['updated']}){_AHEAD})"
    rf"|(?P<published>(?:{LABELS['published'].replace(_DATE, _ALONE + _DATE)}){_AHEAD})",
    re.IGNORECASE,
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
