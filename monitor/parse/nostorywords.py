"""What pages that are no story call themselves, in English, Chinese, Lao, Thai and Vietnamese.

A title goes on only as those of such pages do: "log in to read", not "log in to vote".
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """``title`` is held against whole titles in lower case, ``saying`` is looked for in lines."""

    name: str
    title: re.Pattern[str]
    saying: re.Pattern[str]
    password: re.Pattern[str] | None = None  # titles that will do beside a field for one
    challenge: bool = False


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


_CHALLENGE = Words(
    "a challenge page: it asks for a human, which is never evaded",
    _any(
        r"just a moment|one more step|attention required|access denied|ddos-guard|robot check|"
        r"(?:sorry, )?you have been blocked",
        r"(?:making sure|please verify|verify(?:ing)?|prove|confirm) (?:that )?you(?:'re|’re| are)"
        r" (?:not a (?:ro)?bot|(?:a )?human)(?: .{0,60})?",
        r"are you (?:a (?:ro)?bot|(?:a )?human)|(?:bot|human|security) (?:verification|check)",
        r"checking your browser(?: .{0,60})?|pardon our interruption|please wait|request blocked",
        r"(?:(?:请|請)(?:您)?(?:先)?(?:完成|进行|進行|通过|通過)|正在进行|百度|网站|浏览器|系统)?"
        r"(?:安全|人机|人機|滑块|滑动|访问|訪問|身份|环境)(?:验证|驗證|检查|檢查|检测|檢測)(?:中|页面)?|"
        r"请稍候|請稍候|访问(?:受限|被限制)|(?:您的)?(?:访问|请求|操作)(?:已?被|过于)(?:频繁|拦截|拒绝|阻断)(?:了|页面)?|"
        r"正在(?:检查|检测)您的浏览器.{0,20}|请完成验证.{0,20}|验证您是真人|网站防火墙",
        "ກວດສອບຄວາມປອດໄພ|ການກວດສອບຄວາມປອດໄພ|ກະລຸນາລໍຖ້າ.{0,20}|.{0,20}(?:ບໍ່ແມ່ນຫຸ່ນຍົນ|ບໍ່ແມ່ນບອດ|ເປັນມະນຸດ)",
        "(?:การ)?ตรวจสอบความปลอดภัย|(?:กรุณา|โปรด)รอสักครู่|.{0,20}(?:ไม่ใช่หุ่นยนต์|ไม่ใช่บอท|เป็นมนุษย์)",
        r"(?:vui lòng )?(?:xác minh|xác nhận|chứng minh) (?:rằng )?bạn (?:là|không phải).{0,30}|"
        r"xác minh bảo mật|kiểm tra bảo mật|vui lòng (?:chờ|đợi)(?: trong giây lát)?",
    ),
    _any(
        r"(?:verif|confirm|prov|mak)\w* (?:sure )?(?:that )?you(?:'re|’re|"
        r" are) (?:not a (?:ro)?bot|(?:a )?human)",
        r"checking (?:if the site connection is secure|your browser)|"
        r"review the security of your conn",
        r"enable javascript and cookies to continue|complete the (?:captcha|security check)",
        r"us(?:es|ing) a security service to protect|you have been blocked|triggered the security|"
        r"enable js and disable any ad blocker|made us think (?:that )?you|incapsula incident|"
        r"unusual (?:traffic|activity) from your|you don(?:'t|"
        r"’t) have permission to access .{0,80}on this server",
        r"(?:请|請)(?:先)?(?:完成|通过|通過|进行|進行)(?:下方|以下|下列)?(?:的)?(?:安全|人机|人機|滑块)?(?:验证|驗證)|"
        r"拖动.{0,8}滑块|确认您?(?:不是机器人|是真人)|(?:访问|请求|操作)过于频繁|请求(?:存在)?(?:异常|被(?:拦截|阻断))|"
        r"您的(?:访问|请求|操作|IP).{0,12}被.{0,8}(?:拦截|阻断|拒绝|限制|禁止)|(?:滑动|拖动).{0,12}完成(?:拼图|验证)|"
        r"正在(?:检查|检测)您的浏览器",
        "(?:ຢືນຢັນ|ພິສູດ).{0,30}(?:ຫຸ່ນຍົນ|ບອດ|ມະນຸດ)|ກວດສອບ(?:ບຣາວເຊີ|ຄວາມປອດໄພ).{0,20}ຂອງທ່ານ",
        "(?:ยืนยัน|พิสูจน์).{0,30}(?:หุ่นยนต์|บอท|มนุษย์)|ตรวจสอบ(?:เบราว์เซอร์|ความปลอดภัย).{0,20}ของคุณ",
        r"(?:xác minh|xác nhận|chứng minh) (?:rằng )?bạn (?:là|không phải)|"
        r"kiểm tra trình duyệt của bạn",
    ),
    challenge=True,
)
_READ = r"(?:continu|read|view|see|access|proceed|keep|unlock)\w*"
_NO_COMMENT = r"(?!.{0,24}(?:comment|reply))"
_LOGIN = Words(
    "a login wall: the text is shown to members only",
    _any(
        r"(?:(?:member|user|subscriber|reader|account)s?['’]? )?(?:log|sign)[ -]?(?:in|on|up)"
        r"(?: (?:here|required|page|form|now))?(?: or .{0,20})?"
        rf"(?: to (?:(?:your|my) .{{0,30}}|{_READ}\b.{{0,40}}))?|login required|"
        r"members?(?: only| area)|subscribers? only|authentication required|"
        r"(?:please )?(?:subscribe|register)(?: now)?(?: or .{0,20})?"
        rf"(?: to {_READ}\b.{{0,40}})?",
        r"(?:(?:用户|用戶|会员|會員|读者|讀者|帐号|账号|统一身份)?(?:登录|登錄|登入|认证|認證)|(?:请|請)?(?:您)?(?:先)?(?:登录|登錄|"
        r"登入)(?:账号|帐号)?(?:(?:以|后|後)?(?:可|再|即可|才能)?(?:继续|繼續|查看|阅读|閱讀|浏览|访问).{0,16})?"
        r"|(?:仅限|限)?(?:会员|會員)(?:专享|專享|专区|可见|可見))(?:页面|入口|界面)?",
        "(?:ກະລຸນາ)?(?:ເຂົ້າສູ່ລະບົບ|ເຂົ້າລະບົບ|ລົງຊື່ເຂົ້າ(?:ໃຊ້)?)(?: ?(?:ເພື່ອ(?:ອ່ານ|ເບິ່ງ|ສືບຕໍ່)|"
        "ບັນຊີ|ສະມາຊິກ|ຫຼື).{0,20})?|ສະເພາະສະມາຊິກ",
        "(?:กรุณา|โปรด)?(?:เข้าสู่ระบบ|ลงชื่อเข้าใช้|ล็อกอิน)(?: ?(?:เพื่อ(?:อ่าน|ดู|ดำเนินการ)|บัญชี|สมาชิก|"
        "หรือ).{0,20})?|เฉพาะสมาชิก",
        r"(?:vui lòng )?đăng (?:nhập|ký)"
        r"(?: (?:tài khoản|thành viên|hệ thống|hoặc|/|để (?:đọc|xem|tiếp)).{0,30})?",
    ),
    _any(
        r"\b(?:log|sign|logged|signed)[ -]?in (?:or \w+ )?(?:to|and|before) (?:continu|read|"
        r"view|see|access)\w*",
        rf"you (?:must|need to|have to) (?:be )?(?:log|sign)(?:ged|ed)? ?in\b{_NO_COMMENT}|"
        rf"please (?:log|sign) ?in\b{_NO_COMMENT}",
        rf"\b(?:subscribe|register)(?: now)? to {_READ}\b",
        r"(?:only )?(?:available |open )?(?:for|to) (?:registered |our )?(?:members|"
        r"subscribers)(?: only)?\W*$|"
        r"(?:members|subscribers) only",
        r"(?:请|請)(?:您)?(?:先)?(?:登录|登錄|登入)(?!.{0,6}(?:评论|評論|发表|發表|留言|回复))|(?:登录|登錄|登入)(?:后|後)(?:可|才|方|即|继续|繼續|查看|阅读|閱讀)|"
        r"(?:仅限?|只限|仅对|僅限)(?:本站|注册)?(?:会员|會員|订阅|訂閱)",
        "ກະລຸນາ(?:ເຂົ້າ(?:ສູ່)?ລະບົບ|ລົງຊື່ເຂົ້າ)|(?:ສະເພາະ|ສຳລັບ)ສະມາຊິກ",
        "กรุณา(?:เข้าสู่ระบบ|ลงชื่อเข้าใช้|ล็อกอิน)|(?:เฉพาะ|สำหรับ)สมาชิก",
        r"(?:vui lòng|cần|phải) đăng nhập(?!.{0,20}(?:bình luận|trả lời))|"
        r"đăng nhập để (?:đọc|xem|tiếp)|chỉ dành cho (?:thành viên|hội viên|độc giả)",
    ),
    password=_any(
        r"(?:please )?(?:log|sign)[ -]?(?:in|on) (?:to|with|at|on) .{1,40}",
        r"(?:subscribe|register|sign[ -]?up) (?:to|for|with) .{1,40}",
        r".{0,16}(?:登录|登錄|登入)(?:系统|平台|.{0,4})",
    ),
)
_MISSING = Words(
    "a page that is not there (a 404 dressed as 200)",
    _any(
        r"(?:error )?(?:404|410)(?: error)?(?:[ :,.–-]*(?:page |file )?(?:not found|error|"
        r"gone))?|not found",
        r"(?:(?:sorry|oops|error)\W+)?(?:404\W+)?(?:(?:that|this|the|"
        r"your) )?(?:requested )?(?:page|article|story|file|content|url|news|post)"
        r" (?:you .{0,40})?(?:can['’]t be found|"
        r"(?:was|is|could|can) ?(?:not|n[o'’]t)?(?: be)? ?(?:not )?found|"
        r"not found|does(?:n['’]t| not) exist|is (?:no longer )?(?:missing|gone|unavailable|"
        r"available)|has been (?:removed|deleted))",
        r"(?:404\W*)?(?:很?抱歉|对不起|sorry)?\W*(?:您|你)?(?:所?(?:访问|訪問|浏览|查看|要找|请求|查找)的?)?(?:页面|頁面|"
        r"网页|網頁|文章|内容|內容|新闻|稿件|信息)"
        r"(?:(?:可能)?(?:不存在|未找到|找不到|走丢了|丢失了?|已?(?:被)?(?:删除|刪除|下线|失效|移除))(?:或.{0,12})?)(?:了)?",
        r"(?:找不到|未找到)(?:该|您|你|此)?.{0,8}(?:页面|頁面|网页|網頁|文章|文件)",
        "(?:404\\W*)?(?:ບໍ່ພົບ|ຊອກບໍ່ເຫັນ|ບໍ່ມີ)(?:ໜ້າ|ຫນ້າ|ຂໍ້ມູນ|ບົດຄວາມ|ຂ່າວ|ເນື້ອຫາ)(?:ເວັບ(?:ໄຊ)?)?"
        "(?:ນີ້|ດັ່ງກ່າວ)?(?: ?(?:ທີ່)?(?:ທ່ານ|ເຈົ້າ|ຕ້ອງການ|ຮ້ອງຂໍ).{0,20})?",
        "(?:404\\W*)?ไม่(?:พบ|มี)(?:หน้า|เนื้อหา|บทความ|ข้อมูล|ข่าว)(?:เว็บ(?:ไซต์|เพจ)?)?"
        "(?:นี้|ดังกล่าว)?(?: ?(?:ที่)?(?:คุณ|ท่าน|ต้องการ|ร้องขอ|ค้นหา).{0,20})?",
        r"(?:lỗi )?404|(?:404\W*)?không tìm thấy (?:trang|nội dung|bài viết)"
        r"(?: (?:này|web|bạn|quý).{0,30})?|trang (?:này )?không tồn tại",
    ),
    _any(
        r"(?:page|article|story|file|content|url) (?:that )?(?:you .{0,60})?(?:(?:could|"
        r"can)(?:not|n['’]t| not) be found|(?:was|is) not found|"
        r"does(?:n['’]t| not) exist|(?:is )?no longer (?:exists?|available)|"
        r"has been (?:removed|deleted|moved)|may have (?:been|moved))",
        r"nothing (?:was|could be) found",
        r"(?:we )?(?:can(?:not|['’]t)|couldn['’]t|could not) find (?:the|that|this) (?:page|"
        r"article|story)",
        r"(?:页面|頁面|网页|網頁|文章|内容|內容|新闻|稿件|信息)(?:可能)?(?:不存在|未找到|找不到|走丢|已经?(?:被)?(?:删除|刪除|下线|失效|"
        r"移除|过期))|"
        r"(?:找不到|未找到)(?:该|您|你|此)?.{0,12}(?:页面|頁面|网页|網頁|文章)",
        r"(?:ບໍ່ພົບ|ຊອກບໍ່ເຫັນ)(?:(?:ໜ້າ|ຫນ້າ|ບົດຄວາມ|ເນື້ອຫາ)|(?:ຂໍ້ມູນ|ຂ່າວ)(?:ນີ້|ທີ່ທ່ານ|\W*$))|(?:ໜ້າ|ຫນ້າ|ບົດຄວາມ|"
        "ຂ່າວ).{0,40}(?:ຖືກລຶບ|ບໍ່ມີ(?:ຢູ່|ແລ້ວ))",
        r"ไม่พบ(?:(?:หน้า|เนื้อหา|บทความ)|(?:ข้อมูล|ข่าว)(?:นี้|ที่(?:คุณ|ท่าน)|\W*$))|"
        "(?:หน้า|บทความ|ข่าว).{0,40}(?:ถูกลบ|ไม่มีอยู่)",
        r"(?:trang|bài viết|nội dung) .{0,40}(?:không tồn tại|đã bị (?:xóa|xoá|gỡ))|"
        r"không tìm thấy (?:trang|nội dung|bài viết)",
    ),
)
# Where a text breaks off, and is told to those who log in or pay.
GOES_ON = _any(
    r"\b(?:log|sign) ?in (?:or \w+ )?to (?:continue|read|view|keep)",
    r"\b(?:subscribe|register) (?:now )?to (?:continue|read|keep)|to continue reading,? ",
    r"\b(?:article|story|content) is (?:for|available to) (?:our )?(?:members|subscribers)",
    r"(?:登录|登錄|登入|订阅|訂閱|付费|付費)(?:后|後)?(?:可|即可|才能)?(?:继续|繼續)?(?:查看|阅读|閱讀)(?:全文|更多)?",
    "(?:ເຂົ້າສູ່ລະບົບ|ສະໝັກ).{0,20}ເພື່ອ(?:ອ່ານ|ເບິ່ງ)",
    "(?:เข้าสู่ระบบ|ลงชื่อเข้าใช้|สมัคร).{0,20}เพื่อ(?:อ่าน|ดู)",
)
KINDS = (_CHALLENGE, _LOGIN, _MISSING)
