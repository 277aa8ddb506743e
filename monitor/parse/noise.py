"""Lines that stand among a story's paragraphs and are none of them."""

from __future__ import annotations

import re

from monitor.parse.hints import HEADINGS
from monitor.parse.page import Block, Box

_LABELS = re.compile(
    r"^\W*(?:"
    r"(?:source|(?:last )?updated|published|posted|modified|(?:web )?editors?|edited by|author|"
    r"photos?|picture|image|credit|caption|tags?|keywords|topics|filed under|share|follow us|"
    r"read more|read also|also read|see also|related(?: \w+)?|more on this|recommended|"
    r"advertisement|copyright|contact|email|find this (?:article|story) at)\s*[:：|]"
    r"|(?:来源|來源|文章来源|稿件来源|责任编辑|責任編輯|责编|编辑|編輯|校对|审核|监制|原标题|原標題|"
    r"作者|记者|关键词|标签|相关阅读|相关新闻|延伸阅读|推荐阅读|更多|发布时间|发布日期|更新时间|字号|"
    r"分享|点击|打印|浏览|阅读|摘要|[\u4e00-\u9fff]{0,2}声明|[本原]文链接|上一篇|下一篇)\s*[:：】\]]"
    r"|(?:[\u0e80-\u0eff]{0,12}ໂດຍ|ຂ່າວ ?ແລະ ?ພາບ|ที่มา|โดย|ภาพ|ข่าว|แปลโดย|ແຫຼ່ງຂ່າວ|ແຫຼ່ງທີ່ມາ|ແຫຼ່ງຂໍ້ມູນ|ຂໍ້ມູນຈາກ|(?:ລົງ)?ວັນທີ|ຜູ້ຂຽນ|ທີ່ມາ|ພາບ|ຮູບ|ຮູບພາບ|ບັນນາທິການ|ຂ່າວ|ໂດຍ|ອັບເດດ|ປັບປຸງ|ເຜີຍແຜ່)\s*[:：])",
    re.IGNORECASE,
)
_EDITOR = re.compile(
    r"[(（\[【]\s*(?:责任编辑|責任編輯|责编|编辑|原标题|(?:web )?editors?)\s*[:：]"
    r".{0,60}[)）\]】]\W*$",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"^\W*(?:advertisement|advertising|ad|sponsored|tweet|facebook|twitter|whatsapp|telegram|email|"
    r"share(?: this)?(?: (?:article|story|post|page))?|print|copy link|"
    r"comments?|leave a (?:comment|reply)|read more|read also|also read|see also|"
    r"more(?: news| stories)?|related(?: (?:news|articles|stories|posts|content|links|topics))?|"
    r"recommended(?: for you)?|you may also like|most (?:read|popular|viewed)|"
    r"subscribe(?: now)?|sign up|newsletter|follow us|top stories|latest news|explore further|"
    r"home|menu|search|back to top|"
    r"相关阅读|相关新闻|相关报道|相关文章|延伸阅读|推荐阅读|热门推荐|热点新闻|分享到|分享|打印|收藏|返回顶部|"
    r"关闭窗口|大中小|评论|首页|搜索|扫一扫.{0,20}|下一页|上一页|"
    r"ແຊຣ໌|ແບ່ງປັນ|ຂ່າວທີ່ກ່ຽວຂ້ອງ|ອ່ານຕໍ່|ອ່ານເພີ່ມ(?:ເຕີມ)?|ໜ້າຫຼັກ|ຄົ້ນຫາ)\W*$",
    re.IGNORECASE,
)
_PROMOTION = re.compile(
    r"^\W*(?:(?:©|\(c\)|copyright\b).{0,120}$|all rights reserved|notice: the (?:above )?content\b|"
    r"(?:sign up|subscribe|register) (?:to|for|now|here)\b.{0,160}$|click here\b.{0,120}$|"
    r"follow (?:us|@?\w+) on\b.{0,120}$|(?:like|find|join) us on\b|"
    r"download (?:our|the) .{0,40}app\b|\[\w+[ \]].{0,200}\]\W*$|this slideshow requires|"
    r".{0,160}\bclick here for (?:more|further) information\W*$|citation: |"
    r"(?:this|the) (?:article|story|post) (?:was |has been )?(?:first |originally )?"
    r"(?:appeared|published)\b.{0,200}$|"
    r"image (?:source|copyright|caption)\b|getty images\W*$|"
    r"图为.{0,80}$|"
    r"(?:first |last )?(?:published|posted|updated|modified)\b.{0,40}\d{4}.{0,30}$|"
    r"(?:版权|copyright)所有|未经.{0,20}(?:授权|许可|书面)|本文系.{0,30}(?:转载|作者)|扫描?.{0,12}二维码)",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"^\W*(?i:by)\s+[^\W\d_a-z][\w.'’-]+(?:\s+[\w.'’-]+){0,6}(?:\s*[|,/].{0,60})?$"
    r"|^\W*(?i:by)\s+[^\W\d_a-z][^.!?]{2,100}(?:\d\d?:\d\d|(?:19|20)\d\d)\b.{0,40}$"
    r"|^(?:19|20)\d\d(?:[-/.年]\d{1,2}){2}日?\s+\d\d?:\d\d.{0,40}$"
    r"|^(?:新华社|本报|[\u4e00-\u9fff]{0,8})(?:特约)?(?:记者|通讯员|作者)[\s:：]*[\u4e00-\u9fff、\s]{2,24}$",
)
# The credit of a picture, at the end of its caption.
_PICTURE = re.compile(
    r"^[▲△▼▽↑↓]|(?:摄|攝|供图|供圖|资料图|資料圖)[)）]?\W*$"
    r"|[(（][^()（）]{0,24}(?:提供|图源|圖源|photo|摄影)[^()（）]{0,24}[)）]\W*$"
    r"|[(（](?:Xinhua|ຊິນຮວາ|新华社|AFP|AP|EPA|Reuters|KPL|ຂປລ)/[^()（）]{2,40}[)）]\W*$",
    re.IGNORECASE,
)
# A sentence that asks readers for something, rather than telling them.
_INVITATION = re.compile(
    r"(?:^\W*|[.!?]\s+)(?:sign up|sign in|log in|subscribe|register|create an? (?:free )?account|"
    r"become an? \w+|keep reading|never miss|enjoying this|already (?:a|have)|get (?:our|the|more|full)|"
    r"join (?:us|our|the conversation)|follow us|download|support (?:us|our|independent)|donate)\b"
    r"|(?:请|欢迎).{0,8}(?:点赞|在看|扫码|转发|订阅|下载)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"newsletter|inbox|account|member|subscri|free|app\b|articles|email|story|news\b|briefing|点赞|扫码|订阅|下载",
    re.IGNORECASE,
)
_TAGS = re.compile(r"^(?:[#＃]\S+\s*)+$")
_ADDRESS = re.compile(r"^[^.!?。]{2,40}[:：]\s*https?://\S+$")
_STAFF = re.compile(
    r"^\W*(?:translated|edited|written|reported|compiled) by\s.{2,100}$", re.IGNORECASE
)
_COUNTER = re.compile(
    r"^(?:阅读|点击|浏览|评论|views?|ເຂົ້າເບິ່ງ)\s*[(（:：]?\s*\d[\d,]*\s*[)）]?$", re.IGNORECASE
)
_TAIL = re.compile(
    r"^\W*(?:(?:(?:additional )?reporting|writing|editing|edited|compiled|translated) by\b|"
    r".{3,120} contributed to (?:this|the) (?:report|article|story)\W*$|"
    r"\(?(?:web )?editor|end\W*$|\*+$)",
    re.IGNORECASE,
)
# Headings of other stories, in the languages of the region and of its correspondents.
_MORE = re.compile(
    r"^\W*(?:related(?: (?:news|articles|stories|posts|content|links|topics|coverage))?|"
    r"recommended(?: for you| stories| reading)?|"
    r"you (?:may|might) (?:also )?(?:like|be interested in)|most (?:read|popular|viewed)|"
    r"more (?:news|stories|articles|from\b.{0,40}|on this (?:story|topic))|"
    r"trending(?: now)?|latest (?:news|stories)|top stories|(?:leave|post) a (?:comment|reply)|"
    r"\d* ?comments?|about the authors?|privacy overview|"
    r"相关(?:阅读|新闻|报道|文章|推荐|链接)|延伸阅读|推荐阅读|热门(?:推荐|文章|新闻)|为你推荐|猜你喜欢|热点新闻|"
    r"ຂ່າວ(?:ທີ່|ອື່ນ)ກ່ຽວຂ້ອງ|ຂ່າວອື່ນໆ|ข่าวที่เกี่ยวข้อง|อ่านเพิ่มเติม|tin liên quan|xem thêm|đọc thêm|"
    r"(?:weitere|ähnliche|verwandte|mehr) (?:themen|artikel|beiträge|nachrichten|meldungen)|"
    r"auch interessant|das könnte .{0,20}interessieren|lesen sie auch|(?:zum )?weiterlesen|"
    r"(?:à )?lire aussi|sur le même (?:sujet|thème)|articles? (?:liés|similaires|associés)|"
    r"(?:noticias?|artículos?|notícias?|artigos?) relacionad[ao]s?|te puede interesar|"
    r"lea también|leia (?:também|mais)|veja também|você pode gostar|leggi anche|"
    r"potrebbe interessarti|lees ook|читайте также|похожие .{0,20}|материалы по теме)\W*$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?。！？…”\"’」』:：;；)）]\W*$")
_READERS = re.compile(
    r"^\W*(?:\d* ?comments?(?: \(\d+\))?|(?:leave|post) a (?:comment|reply)|"
    r"(?:网友|网民|读者|最新|热门|全部)(?:评论|留言|跟帖)|ຄວາມຄິດເຫັນ|ຄຳເຫັນ)\W*$",
    re.IGNORECASE,
)
_FULL_STOP = re.compile(r"[.!?。！？…][”\"’」』]?\s*$")
_LABEL_LONGEST, _NAME_LONGEST = 160, 20
_END = 40  # characters at a text's end, where a full stop counts
_LINKED = 0.5


_LINES = (_LABELS, _EDITOR, _BYLINE, _ADDRESS, _STAFF, _COUNTER, _TAGS)
_CAPTION_LONGEST = 240


def is_noise(block: Block, box: Box) -> bool:
    """Whether a block within the story's box is no paragraph of it."""
    text, size = block.text, len(block.raw)
    if block.kind == "caption" or _WHOLE.match(text) or _PROMOTION.match(text):
        return True
    if size <= _LABEL_LONGEST and any(pattern.match(text) for pattern in _LINES):
        return True
    if size <= 2 * _LABEL_LONGEST and _INVITATION.search(text) and _ASKED.search(text):
        return True
    if size <= _CAPTION_LONGEST and _PICTURE.search(text):
        return True
    if block.links > _LINKED * size:
        return size < 120 or block.links > 0.9 * size or (block.kind == "li" and size < 200)
    if box.centered and size < _LABEL_LONGEST and not (block.strong or _FULL_STOP.search(text)):
        return True  # below a picture
    if block.kind == "cell" and size < _NAME_LONGEST and text.endswith((":", "：")):
        return True
    if box.meta and size < 100:
        return True
    return (
        block.kind in {"div", "cell"} and size < 40 and not ends_sentence(text) and not block.strong
    )


def ends_story(block: Block) -> bool:
    """Whether a block is the heading of other stories, or of what readers say."""
    return len(block.raw) <= _LABEL_LONGEST and _MORE.match(block.text) is not None


def begins_comments(block: Block) -> bool:
    """Whether a block is the heading of what readers say."""
    return _READERS.match(block.text[:_LABEL_LONGEST]) is not None


def is_tail(block: Block) -> bool:
    """Whether a block at the story's end is a credit or a heading of nothing."""
    return block.kind in HEADINGS or bool(_TAIL.match(block.text[:_LABEL_LONGEST]))


def ends_sentence(text: str) -> bool:
    """Whether ``text`` ends as sentences do; a search through all of it would be quadratic."""
    return _SENTENCE.search(text[-_END:]) is not None
