"""What stands among a story's paragraphs on sites of all kinds, in words.

English, Chinese and Lao first, Thai and Vietnamese beside them; headings of other stories also in
the languages of the region's correspondents. Every pattern is bounded: it is held against text that
strangers wrote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.parse.months import WEEKDAY


@dataclass(frozen=True, slots=True)
class Guarded:
    """A pattern that is tried only where one of ``words`` stands, which takes a tenth of the time.

    The words are in small letters; whatever the pattern finds holds one of them.
    """

    words: tuple[str, ...]
    pattern: re.Pattern[str]

    def search(self, text: str) -> re.Match[str] | None:
        small = text.lower()
        for word in self.words:
            if word in small:
                return self.pattern.search(text)
        return None


LABELS = re.compile(
    r"^\W*(?:"
    r"(?:edited by|caption|filed under|follow us|read more|"
    r"read also|also read|see also|"
    r"find this (?:article|story) at)\s*[:：|]"
    r"|(?:文章来源|稿件来源|责任编辑|責任編輯|责编|原标题|原標題|相关阅读|相关新闻|"
    r"延伸阅读|推荐阅读|发布日期|更新时间|字号|摘要|[本原]文链接|上一篇|(?:阅读)?下一篇)\s*[:：】\]])",
    re.IGNORECASE,
)
# Labels that a story has too, before a sentence: the questions of an interview, "Contact: …"
FIELDS = re.compile(
    r"^\W*(?:(?:source|(?:last )?updated|published|posted|modified|photos?|picture|image|credit|"
    r"author|tags?|keywords|"
    r"(?:web )?editors?|topics|share|related(?: \w+)?|more on this|recommended|"
    r"advertisement|copyright|contact|email)\s*[:：|]"
    r"|(?:来源|來源|编辑|編輯|校对|审核|监制|关键词|标签|发布时间|作者|记者|更多|分享|点击|打印|浏览|阅读|[\u4e00-\u9fff]{0,2}声明)"
    r"\s*[:：】\]]"
    r"|(?:[\u0e80-\u0eff]{0,12}ໂດຍ|ຂ່າວ ?ແລະ ?ພາບ|ແຫຼ່ງຂ່າວ|ແຫຼ່ງທີ່ມາ|ແຫຼ່ງຂໍ້ມູນ|ຂໍ້ມູນຈາກ|"
    r"(?:ລົງ)?ວັນທີ|ຜູ້ຂຽນ|ທີ່ມາ|ພາບ|ຮູບ|ຮູບພາບ|ບັນນາທິການ|ຂ່າວ|ອັບເດດ|ປັບປຸງ|ເຜີຍແຜ່|"
    r"ที่มา|โดย|ภาพ|ข่าว|แปลโดย|từ khóa|nguồn|tác giả|ảnh)\s*[:：](?![^|:：]{61}))",
    re.IGNORECASE,
)
DISCLAIMER = re.compile(
    r"^\W*[\u4e00-\u9fff]{0,2}声明[:：].{0,80}(?:本平台|本网|本站|本文|仅供|转载|版权|用户|作者|观点)"
)
EDITOR = re.compile(
    r"^(?:[【\[][^】\]]{1,8}[】\]]\s*)?[(（\[【]\s*"
    r"(?:责任编辑|責任編輯|责编|编辑|原标题|(?:web )?editors?)\s*[:：].{0,60}[)）\]】]\W*$",
    re.IGNORECASE,
)
WHOLE = re.compile(
    r"^\W*(?:advertisement|advertising|ad|sponsored|tweet|facebook|twitter|whatsapp|telegram|email|"
    r"share(?: this)?(?: (?:article|story|post|page))?|print|copy link|"
    r"comments?|leave a (?:comment|reply)|read (?:more|next|also)|also read|see also|"
    r"author of the article:?|more(?: news| stories)?|"
    r"related(?: (?:news|articles?|story|stories|posts?|content|links|topics|coverage))?|"
    r"recommended(?: for you)?|you may also like|most (?:read|popular|viewed)|"
    r"subscribe(?: now)?|sign up|newsletter|follow us|top stories|latest news|explore further|"
    r"anzeige|werbung|publicité|publicidad|pubblicità|реклама|(?:artikel|beitrag) teilen|"
    r"mehr zum thema|schon gelesen|weitere informationen|"
    r"home|menu|search|back to top|sharing is caring|more from [\w .]{2,24}|"
    r"相关阅读|相关新闻|相关报道|相关文章|延伸阅读|推荐阅读|热门推荐|热点新闻|分享到|分享|打印|收藏|返回顶部|"
    r"关闭窗口|大中小|评论|首页|搜索|(?:微信|打开微信.{0,12})?扫一扫(?:[^，。]{0,8}(?:分享|关注|下载|打开|手机|微信|阅读|观看)[^，。]{0,10})?|"
    r"下一页|上一页|"
    r"阅读下一篇|阅读原文|阅读全文|查看原文|展开全文|点击查看更多|返回\w{2,6}，查看更多|"
    r"ແຊຣ໌|ແບ່ງປັນ|ຂ່າວທີ່ກ່ຽວຂ້ອງ|ອ່ານຕໍ່|ອ່ານເພີ່ມ(?:ເຕີມ)?|ໜ້າຫຼັກ|ຄົ້ນຫາ)\W*$",
    re.IGNORECASE,
)
PROMOTION = re.compile(
    r"^\W*(?:©.{0,240}$|(?:\(c\)|copyright)\W{1,3}(?:\d{4}|©|\(c\)).{0,120}$|all rights reserved|"
    r"this (?:document|article|content|material) (?:is (?:subject to|protected by) copyright|"
    r"may not be (?:published|reproduced|copied))\b|this entry was posted\b|suggested citation\b|"
    r"this site is (?:protected by|best viewed)\b|"
    r"impressum\b|il vous reste .{1,12} de cet article\b|"
    r"notice: the (?:above )?content\b|\[\w+[ \]].{0,200}\]\W*$|this slideshow requires|citation: |"
    r"this (?:article|story|post) (?:was |has been )?(?:first|originally) (?:appeared|published)\b|"
    r"getty images\W*$|(?:a post|ein beitrag|une publication|una publicación) "
    r"(?:shared by|geteilt von|partagée par|compartida (?:por|de))\b|"
    r"[^\s@]{1,60}@[^\s@]{2,80}(?:\s\S{1,80})?$|"
    r"(?:版权|copyright)所有(?![者权人])|"
    r"未经.{0,20}(?:授权|许可|书面).{0,20}(?:转载|摘编|复制|镜像|抄袭|刊载|引用|使用)|"
    r"本文系(?!列).{0,30}(?:转载|作者)|打开.{0,12}(?:app|客户端).{0,4}(?:查看|阅读|观看|看).{0,14}$|"
    r"(?:长按|扫描?).{0,8}(?:[上下左右]方|文末|本文).{0,6}二维码|"
    r"(?:长按|扫描?).{0,12}二维码.{0,8}(?:关注|下载|订阅|加入|进群|加群|查看|阅读))",
    re.IGNORECASE,
)
# The same, behind other words.
SELLS = Guarded(
    ("copyright & disclaimer", "affiliate link", "commission", "click here for"),
    re.compile(
        r"^\W*(?:.{0,60}\bcopyright & disclaimer\b|"
        r"(?=.{0,200}\b(?:we|us|our|this (?:post|article|page|site))\b)"
        r".{0,200}\b(?:affiliate links?|(?:earn|receive)(?: us)? an? (?:\w{1,12} )?commission)\b|"
        r".{0,160}\bclick here for (?:more|further) information\W*$)",
        re.IGNORECASE,
    ),
)
# What readers are asked to do; a story says so of others: "Click here, a message told victims"
CALL = re.compile(
    r"^\W*(?:click here\b.{0,120}$|subscribe (?:to|for|now|here)\b.{0,160}$|"
    r"follow (?:us|(?!up\b)@?\w+) on\b.{0,120}$|"
    r"(?:(?:like|find|join) us on (?:our |the )?|follow (?!up\b)(?:[\w@.’'&-]{1,20} ){2,5}on )"
    r"(?:facebook|twitter|x|instagram|youtube|linkedin|telegram|whatsapp|line|tiktok|wechat)\b|"
    r"download (?:our|the) .{0,40}app\b|"
    r"for (?:all )?(?:the )?(?:latest|more|breaking) (?:[^\s.]{1,20} ){0,16}"
    r"(?:sign up|subscribe|download|follow|check (?:out )?our|visit our)\b.{0,120}$|"
    r"check out (?:more|all) .{0,60}\bsign(?:ing)? up\b|"
    r"(?:(?:got|do you have) (?:a|any) (?:story|news|tip)\b.{0,20}\?|"
    r"get in touch (?:with (?:us|our)|by e-?mail)).{0,160}$|"
    r"(?:submit|send) (?:us )?(?:a|your) letters?\b.{0,80}$|"
    r"(?:we|we[’']d|we would) (?:want|like|love) to hear (?:from you|what you)\b|"
    r"to (?:view|read|see|continue reading) the (?:full|whole|rest of the|complete) "
    r"(?:story|article)\b.{0,20}(?:subscribe|log ?in|sign ?in|register)\b|"
    r"if you(?:[’']re| are) (?:seeing|reading) this message\b|"
    r"if you enjoyed (?:reading )?this (?:article|post|story)\b|"
    r"you must be (?:logged|signed) in to\b|"
    r"create an? (?:free )?account (?:to|and) (?:read|continue|keep)\b.{0,120}$)",
    re.IGNORECASE,
)
# What begins a sentence of a story as well: "Copyright law dates from 2007"
OFFER = re.compile(
    r"^\W*(?:(?:\(c\)|copyright\b).{0,120}$|(?:sign up|register) (?:to|for|now|here)\b.{0,160}$|"
    r"(?:this|the) (?:article|story|post) (?:was |has been )?(?:first |originally )?"
    r"(?:appeared|published)\b.{0,200}$|image (?:source|copyright|caption)\b|"
    r"(?:(?:published|filed) under|posted in|tagged)\b.{0,200}$|"
    r"(?:first |last )?(?:published|posted|updated|modified)\b.{0,40}\d{4}.{0,30}$|"
    r"updated (?:at|on) .{0,20}\d.{0,20}$|未经.{0,20}(?:授权|许可|书面)|扫描?.{0,12}二维码)",
    re.IGNORECASE,
)
REPORTED = re.compile(
    r"^\W*[“「『\"]|\b(?:said|says|told|tells|asked|asks|advised?s?|urge[ds]?|warn(?:s|ed)|"
    r"added|adds|wrote|writes|announced|according to|promised|shouted|cried)\b|"
    r"说(?!明)|表示|告诉|提醒|要求",
    re.IGNORECASE,
)
_WEEKDAY = rf"(?i:{WEEKDAY}\b)"
BYLINE = re.compile(
    rf"^\W*(?i:by)\s+(?!{_WEEKDAY})[^\W\d_a-z][\w.'’-]+(?:\s+[\w.'’-]+){{0,6}}(?:\s*[|,/].{{0,60}})?$"
    rf"|^\W*(?i:by)\s+(?!{_WEEKDAY})[^\W\d_a-z][^.!?]{{2,100}}(?:\d\d?:\d\d|(?:19|20)\d\d)\b.{{0,40}}$"
    rf"|^\W*(?i:by)\s+(?!{_WEEKDAY})(?:(?:[^\W\d_a-z][\w.'’-]*,?|and|of|the|in|for|at)\s+){{1,14}}"
    r"[^\W\d_a-z][\w.'’-]*$"
    r"|^(?:19|20)\d\d(?:[-/.年]\d{1,2}){2}日?\s+\d\d?:\d\d.{0,40}$"
    r"|^\d{1,4}(?:[-/.]\d{1,4}){2}\b(?:[^:：]{1,40}[:：]){2}"  # 5/10/2018 - By: … - Section: …
    r"|^\W*\d{1,3}[ -]min(?:ute)?s?[ -]read.{0,80}$"
    r"|^(?:新华社|本报|[\u4e00-\u9fff]{0,8})(?:特约)?(?:记者|通讯员|作者)[\s:：]*"
    r"(?:[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,4}[、\s][\u4e00-\u9fff、\s]{1,24})$",
)
# The credit of a picture, at the end of its caption.
PICTURE = Guarded(
    ("图", "圖", "摄", "攝", "/"),
    re.compile(
        r"^\W*图为[^，]{0,40}(?:，[^，]{0,30})?$"
        r"|(?:(?<!拍)(?:摄|攝)|供图|供圖|资料图|資料圖)[)）]?\W*$"
        r"|[(（](?:Xinhua|ຊິນຮວາ|新华社|AFP|AP|EPA|Reuters|KPL|ຂປລ)/[^()（）]{2,40}[)）]\W*$",
        re.IGNORECASE,
    ),
)
# What may be a sentence of the story, where no picture stands beside it.
CAPTION = Guarded(
    ("(", "（", ":", "：", "图", "摄", "攝", "|", *"▲△▼▽↑↓"),
    re.compile(
        r"^[▲△▼▽↑↓]|^\W*(?:图为|(?:photos?|fotos?|picture|image|credit|"
        r"(?:beitrags|titel|symbol|archiv)?bild)\s*[:：|])|[摄攝](?:于[^，。]{2,20})?[)）]?\W*$"
        r"|[(（](?!see\b)[^()（）]{0,24}(?:(?<!数据)提供|图源|圖源|\b(?:photos?|fotos?|credit)\b|摄影|"
        r"\b(?:archiv|symbol)(?:bild|foto)\b)"
        r"[^()（）]{0,24}[)）]\W*$"
        r"|[.!?]\s(?:photos?|fotos?|images?|bild(?:rechte)?|credit):\s?[^.!?]{2,60}$"
        r"|[.!?。！？]\s?[(（][^\W\d_][^()（）/\d]{1,30}/[^()（）\d]{2,40}[)）]\W*$",
        re.IGNORECASE,
    ),
)
# A sentence that asks readers for something, rather than telling them.
_INVITED = (
    r"(?:sign up|(?:or )?(?:sign|log)[ -]in|subscribe|register|"
    r"create an? (?:free )?account|become an? \w+|keep reading|never miss|enjoying this|"
    r"already (?:an?|have)\b.{0,40}(?:\?|(?:log|sign) ?in)|"
    r"get (?:our|the|more|full)|"
    r"join (?:us|our|the conversation)|follow us|download|support (?:us|our|independent)|"
    r"donate)(?![\w-])"
)
# One pattern for each way in which they begin, so that a search skips to it.
INVITATIONS = (
    re.compile(rf"^\W*{_INVITED}", re.IGNORECASE),
    re.compile(rf"[.!?]\s+{_INVITED}", re.IGNORECASE),
    Guarded(
        ("请", "欢迎"),
        re.compile(
            r"(?:^|[^\w]|内容|资讯|详情|新闻|本文|文章)"
            r"(?:敬?请|欢迎).{0,8}(?:点赞|在看|扫码|转发|订阅|下载)"
        ),
    ),
)
ASKED = re.compile(
    r"newsletter|inbox|account|member|subscri|free|app\b|articles|email|story|news\b|briefing|点赞|扫码|订阅|下载",
    re.IGNORECASE,
)
# What stands beside a date: the day of the week, and whose time it is.
DAY = re.compile(
    rf"\b(?:{WEEKDAY}|thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật|"
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|hrs|hours|local time|"
    r"gmt|utc|ict|lúc|ngày)\b"
    r"|(?:星期|周|週|礼拜)[一二三四五六日天]|[上下]午|晚上|北京时间|当地时间|时间|日期"
    r"|ວັນ(?:ຈັນ|ອັງຄານ|ພຸດ|ພະຫັດ|ສຸກ|ເສົາ|ອາທິດ)|ວັນທີ|ທີ|ເວລາ|ໂມງ"
    r"|วัน(?:จันทร์|อังคาร|พุธ|พฤหัสบดี|ศุกร์|เสาร์|อาทิตย์)|วันที่|ที่|เวลา|น\.",
    re.IGNORECASE,
)
# What tells readers of the site from those of whom a sentence reports.
READER = re.compile(
    r"\b(?:our|us|your?|newsletters?|inbox|subscri\w+|log in|sign in|for free)\b|"
    r"点赞|扫码|订阅|下载",
    re.IGNORECASE,
)
TAGS = re.compile(r"^(?:[#＃][^\s#＃]+\s*)+$")
ADDRESS = re.compile(r"^[^.!?。]{2,40}[:：]\s*https?://\S+$")
STAFF = re.compile(
    r"^\W*(?:translated|edited|written|reported|compiled) by\s.{2,100}$", re.IGNORECASE
)
COUNTER = re.compile(
    r"^(?:阅读|点击|浏览|评论|views?|ເຂົ້າເບິ່ງ)\s*[(（:：]?\s*\d[\d,]*\s*[)）]?$", re.IGNORECASE
)
CREDITED = re.compile(
    r"^\W*(?:(?:additional )?reporting|writing|editing|edited|compiled|translated) by\b"
    r"|^\W*(?:web )?editor(?!['’]s note)",
    re.IGNORECASE,
)
TAIL = re.compile(
    r"^\W*(?:.{3,120} contributed (?:to (?:this|the) (?:report|article|story)|"
    r"reporting(?: from .{2,40})?)\W*$|editor['’]s note|(?:end|完)\W*$|[*_]+$)"
    r"|^《[^》]{2,12}》\s?[(（]\s?(?:19|20)\d\d年.{3,16}版\s?[)）]$"  # the page in print
    r"|^(?:https?://)?[\w-]{1,40}(?:\.[\w-]{1,40}){1,4}(?:/\S{0,80})?$"
    r"|^[【\[(（\s]{0,3}(?:[^【】\[\]()（）]{1,8}[】\]][【\[(（\s]{0,3}){0,2}"
    r"(?:责任编辑|責任編輯|责编|(?:本期|值班)?编辑|編輯|校对|审核|审校|监制|主编|编审|制作|"
    r"[\u4e00-\u9fff]{0,8}(?:记者|通讯员|作者))(?:\s{0,3}[/／|｜:：]\s{0,3}|\s{1,3})"
    r"[\u4e00-\u9fff·]{1,8}(?:[、,，\s]{1,3}[\u4e00-\u9fff·]{1,8}){0,7}\s?[)）】\]]?$",
    re.IGNORECASE,
)
# Whose opinion a text is; a story says so of others: "… is not responsible for it, its lawyer said"
DISOWNED = re.compile(
    r"^.{0,60}\bis not responsible for the (?:opinions|views|contents?)\b"
    r"|^.{0,80}\b(?:follow|ikuti|folgen?|suivez|s[ií]g(?:ue(?:nos)?|a))\b"
    r".{0,80}\b(?:google news|whatsapp|telegram)\b"
    r"|^\W*(?:the )?(?:views|opinions)(?: and (?:views|opinions))? expressed\b",
    re.IGNORECASE,
)
# Headings of other stories, in the languages of the region and of its correspondents.
MORE = re.compile(
    r"^\W*(?:related(?: (?:news|articles|stories|posts|content|links|topics|coverage))?|"
    r"recommended(?: for you| stories| reading)?|read (?:this )?next|"
    r"you (?:may|might) (?:also )?(?:like|be interested in)|most (?:read|popular|viewed)|"
    r"more (?:news|stories|articles|from\b.{0,40}|on this (?:story|topic))|"
    r"trending(?: now)?|latest (?:news|stories)|top stories|(?:leave|post) a (?:comment|reply)|"
    r"\d* ?comments?|about the authors?|privacy overview|"
    r"(?:(?:press|media) )?contacts?|(?:presse-?)?kontakte?|"
    r"(?:版权|免责|反侵权|转载)(?:声明|公告|说明)|相关(?:阅读|新闻|报道|文章|推荐|链接)|延伸阅读|推荐阅读|热门(?:推荐|文章|新闻)|为你推荐|猜你喜欢|热点新闻|"
    r"ຂ່າວ(?:ທີ່|ອື່ນ)ກ່ຽວຂ້ອງ|ຂ່າວອື່ນໆ|ข่าวที่เกี่ยวข้อง|อ่านเพิ่มเติม|tin liên quan|xem thêm|đọc thêm|"
    r"(?:weitere|ähnliche|verwandte|mehr) (?:themen|artikel|beiträge|nachrichten|meldungen)|"
    r"auch interessant|das könnte .{0,20}interessieren|lesen sie auch|(?:zum )?weiterlesen|"
    r"(?:à )?lire aussi|sur le même (?:sujet|thème)|articles? (?:liés|similaires|associés)|"
    r"(?:noticias?|artículos?|notícias?|artigos?) relacionad[ao]s?|te puede interesar|"
    r"lea también|leia (?:também|mais)|veja também|você pode gostar|leggi anche|"
    r"potrebbe interessarti|lees ook|читайте также|похожие .{0,20}|материалы по теме)\W*$",
    re.IGNORECASE,
)
# The button below what a reader says.
REPLY = re.compile(
    r"\W*(?:reply|answer|antworten|répondre|responder|rispondi|ответить|回[复覆復]|返信|답글|"
    r"trả lời|ตอบ(?:กลับ)?|ຕອບ(?:ກັບ)?)\W*",
    re.IGNORECASE,
)
# What begins a line that leads to another story; its link may be short.
ALSO = re.compile(
    r"^\W*(?:read (?:more|also|next)|also read|see also|lire aussi|lesen sie|lees ook|lea también|"
    r"leia (?:também|mais)|leggi anche|читайте также|xem thêm|đọc thêm|相关阅读|延伸阅读|"
    r"ອ່ານ(?:ຕໍ່|ເພີ່ມ)|อ่านเพิ่มเติม)",
    re.IGNORECASE,
)
READERS = re.compile(
    r"^\W*(?:\d* ?comments?(?: \(\d+\))?|(?:leave|post) a (?:comment|reply)|"
    r"(?:网友|网民|读者|最新|热门|全部)(?:评论|留言|跟帖)|ຄວາມຄິດເຫັນ|ຄຳເຫັນ)\W*$",
    re.IGNORECASE,
)


def any_of(*patterns: re.Pattern[str]) -> re.Pattern[str]:
    """What matches where one of ``patterns`` does: one call where each would cost one."""
    parts = (
        f"(?i:{each.pattern})" if each.flags & re.IGNORECASE else f"(?:{each.pattern})"
        for each in patterns
    )
    return re.compile("|".join(parts))
