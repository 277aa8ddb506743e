"""What stands among a story's paragraphs on sites of all kinds, in words.

English, Chinese and Lao first, Thai and Vietnamese beside them; headings of other stories also in
the languages of the region's correspondents. Every pattern is bounded: it is held against text that
strangers wrote.
"""

from __future__ import annotations

import re

LABELS = re.compile(
    r"^\W*(?:"
    r"(?:source|(?:last )?updated|published|posted|modified|(?:web )?editors?|edited by|author|"
    r"photos?|picture|image|credit|caption|tags?|keywords|topics|filed under|share|follow us|"
    r"read more|read also|also read|see also|related(?: \w+)?|more on this|recommended|"
    r"advertisement|copyright|contact|email|find this (?:article|story) at)\s*[:：|]"
    r"|(?:来源|來源|文章来源|稿件来源|责任编辑|責任編輯|责编|编辑|編輯|校对|审核|监制|原标题|原標題|"
    r"作者|记者|关键词|标签|相关阅读|相关新闻|延伸阅读|推荐阅读|更多|发布时间|发布日期|更新时间|字号|"
    r"分享|点击|打印|浏览|阅读|摘要|[\u4e00-\u9fff]{0,2}声明|[本原]文链接|上一篇|下一篇)\s*[:：】\]]"
    r"|(?:[\u0e80-\u0eff]{0,12}ໂດຍ|ຂ່າວ ?ແລະ ?ພາບ|ແຫຼ່ງຂ່າວ|ແຫຼ່ງທີ່ມາ|ແຫຼ່ງຂໍ້ມູນ|ຂໍ້ມູນຈາກ|"
    r"(?:ລົງ)?ວັນທີ|ຜູ້ຂຽນ|ທີ່ມາ|ພາບ|ຮູບ|ຮູບພາບ|ບັນນາທິການ|ຂ່າວ|ອັບເດດ|ປັບປຸງ|ເຜີຍແຜ່)\s*[:：]"
    r"|(?:ที่มา|โดย|ภาพ|ข่าว|แปลโดย)\s*[:：])",
    re.IGNORECASE,
)
EDITOR = re.compile(
    r"[(（\[【]\s*(?:责任编辑|責任編輯|责编|编辑|原标题|(?:web )?editors?)\s*[:：]"
    r".{0,60}[)）\]】]\W*$",
    re.IGNORECASE,
)
WHOLE = re.compile(
    r"^\W*(?:advertisement|advertising|ad|sponsored|tweet|facebook|twitter|whatsapp|telegram|email|"
    r"share(?: this)?(?: (?:article|story|post|page))?|print|copy link|"
    r"comments?|leave a (?:comment|reply)|read more|read also|also read|see also|"
    r"more(?: news| stories)?|related(?: (?:news|articles|stories|posts|content|links|topics))?|"
    r"recommended(?: for you)?|you may also like|most (?:read|popular|viewed)|"
    r"subscribe(?: now)?|sign up|newsletter|follow us|top stories|latest news|explore further|"
    r"home|menu|search|back to top|sharing is caring|more from [\w .]{2,24}|"
    r"相关阅读|相关新闻|相关报道|相关文章|延伸阅读|推荐阅读|热门推荐|热点新闻|分享到|分享|打印|收藏|返回顶部|"
    r"关闭窗口|大中小|评论|首页|搜索|扫一扫.{0,20}|下一页|上一页|"
    r"ແຊຣ໌|ແບ່ງປັນ|ຂ່າວທີ່ກ່ຽວຂ້ອງ|ອ່ານຕໍ່|ອ່ານເພີ່ມ(?:ເຕີມ)?|ໜ້າຫຼັກ|ຄົ້ນຫາ)\W*$",
    re.IGNORECASE,
)
PROMOTION = re.compile(
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
    r"updated (?:at|on) .{0,20}\d.{0,20}$|[^\s@]{1,60}@[^\s@]{2,80}(?:\s\S{1,80})?$|"
    r"(?:版权|copyright)所有|未经.{0,20}(?:授权|许可|书面)|本文系.{0,30}(?:转载|作者)|扫描?.{0,12}二维码)",
    re.IGNORECASE,
)
BYLINE = re.compile(
    r"^\W*(?i:by)\s+[^\W\d_a-z][\w.'’-]+(?:\s+[\w.'’-]+){0,6}(?:\s*[|,/].{0,60})?$"
    r"|^\W*(?i:by)\s+[^\W\d_a-z][^.!?]{2,100}(?:\d\d?:\d\d|(?:19|20)\d\d)\b.{0,40}$"
    r"|^(?:19|20)\d\d(?:[-/.年]\d{1,2}){2}日?\s+\d\d?:\d\d.{0,40}$"
    r"|^(?:新华社|本报|[\u4e00-\u9fff]{0,8})(?:特约)?(?:记者|通讯员|作者)[\s:：]*[\u4e00-\u9fff、\s]{2,24}$",
)
# The credit of a picture, at the end of its caption.
PICTURE = re.compile(
    r"^[▲△▼▽↑↓]|(?:摄|攝|供图|供圖|资料图|資料圖)[)）]?\W*$"
    r"|[(（][^()（）]{0,24}(?:提供|图源|圖源|photo|摄影)[^()（）]{0,24}[)）]\W*$"
    r"|[(（](?:Xinhua|ຊິນຮວາ|新华社|AFP|AP|EPA|Reuters|KPL|ຂປລ)/[^()（）]{2,40}[)）]\W*$",
    re.IGNORECASE,
)
# A sentence that asks readers for something, rather than telling them.
INVITATION = re.compile(
    r"(?:^\W*|[.!?]\s+)(?:sign up|sign in|log in|subscribe|register|create an? (?:free )?account|"
    r"become an? \w+|keep reading|never miss|enjoying this|already (?:a|have)|"
    r"get (?:our|the|more|full)|"
    r"join (?:us|our|the conversation)|follow us|download|support (?:us|our|independent)|donate)\b"
    r"|(?:请|欢迎).{0,8}(?:点赞|在看|扫码|转发|订阅|下载)",
    re.IGNORECASE,
)
ASKED = re.compile(
    r"newsletter|inbox|account|member|subscri|free|app\b|articles|email|story|news\b|briefing|点赞|扫码|订阅|下载",
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
TAIL = re.compile(
    r"^\W*(?:(?:(?:additional )?reporting|writing|editing|edited|compiled|translated) by\b|"
    r".{3,120} contributed (?:to (?:this|the) (?:report|article|story)|reporting(?: from .{2,40})?)"
    r"\W*$|"
    r"\(?(?:web )?editor|end\W*$|\*+$)",
    re.IGNORECASE,
)
# Headings of other stories, in the languages of the region and of its correspondents.
MORE = re.compile(
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
READERS = re.compile(
    r"^\W*(?:\d* ?comments?(?: \(\d+\))?|(?:leave|post) a (?:comment|reply)|"
    r"(?:网友|网民|读者|最新|热门|全部)(?:评论|留言|跟帖)|ຄວາມຄິດເຫັນ|ຄຳເຫັນ)\W*$",
    re.IGNORECASE,
)
