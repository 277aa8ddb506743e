"""Codes of languages (https://www.loc.gov/standards/iso639-2/), and what is written in their place.

A story's language has two letters where ISO 639-1 has a code for it, three where it has none.
"""

from __future__ import annotations

_WRITTEN = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz
ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln
lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi
pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti
tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_CODES = frozenset(_WRITTEN.split())
# Codes of countries, those of ISO 639-2 and names. Nobody here reads Latin (la), nor Kanuri (kr),
# nor Twi (tw).
_MEANT = {
    meant: code
    for code, written in {
        "lo": "la lao laos laotian ລາວ ພາສາລາວ 老挝语 老挝",
        "zh": "cn tw hk zho chi cmn chn chinese mandarin 中文 汉语 漢語 华语",
        "en": "us gb eng english 英文 英语",
        "th": "tha thai",
        "vi": "vn vie vietnamese",
        "km": "kh khm khmer",
        "my": "mm mya bur burmese",
        "ja": "jp jpn japanese",
        "ko": "kr kor korean",
        "fr": "fra fre french",
        "de": "deu ger german",
        "es": "spa spanish",
        "ru": "rus russian",
        "id": "ind indonesian",
        "ms": "msa may malay",
    }.items()
    for meant in written.split()
}


def wrong_language(code: str) -> str:
    """What is wrong with a case-folded code, and what would be right; empty where all is well."""
    primary = code.replace("_", "-").partition("-")[0]
    if meant := _MEANT.get(primary):
        return f"did you mean lang:{meant}"
    if primary in _CODES and primary != code:
        return f"lang:{primary} covers {code}, too"
    if code in _CODES or (code.isascii() and code.isalpha() and len(code) == 3):
        return ""
    return "it takes a language's code, such as lang:lo, lang:zh, lang:en"
