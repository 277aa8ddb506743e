"""Words that look like a name of the pack that ships, and are none."""

from __future__ import annotations

import pytest

from monitor.config import load_library
from monitor.match.mentions import mentions
from monitor.models import Article
from tests.concepts.test_shipped import ROOT

CONCEPTS = load_library(ROOT / "config").concepts


def named(text: str) -> set[str]:
    found = mentions(Article(url="", title="", body=(text,)), CONCEPTS)
    return {each.concept.id for each in found if each.spans}


@pytest.mark.parametrize(
    ("text", "concept", "other"),
    [
        ("ສ້າງອາຊີບໃຫ້ປະຊາຊົນ", "roundups", "ອາຊີຕາເວັນອອກ"),
        ("ອາຊີວະສຶກສາ", "roundups", "ໃນອາຊີ"),
        ("A dancer, Liu Xi, met Li Xi", "xi-jinping", "Xi met the dancer"),
        ("รถไฟฟ้าในลาว", "train", "รถไฟในลาว"),
        ("Michael Jordan and Chad Smith", "other-countries", "The king of Jordan in Chad"),
        ("Mali Sisouk, a weaver", "other-countries", "Troops in Mali"),
        ("南投縣中寮鄉發生地震", "china-laos-pair", "中寮兩國"),
        ("ຄົນລາວມັກກິນເຂົ້າປຸ້ນ", "crime", "ໂຈນປຸ້ນທະນາຄານ"),
        ("山西运城万荣县苹果丰收", "vang-vieng", "老挝万荣县的溶洞"),
        ("ນັບແຕ່ນັ້ນມາລາວບໍ່ໄດ້ຮ້ອງເພງອີກ", "laos", "ບໍລິສັດຈີນມາລາວ"),
        ("ກະຊວງມະຫາດໄທ", "other-countries", "ປະເທດໄທ"),
        ("ກະຊວງປ້ອງກັນຊາດ", "drugs", "ກັນຊາ 40 ກິໂລ"),
        ("ການເຝິກຝົນຊ່າງ", "weather", "ຝົນຕົກໜັກ"),
        ("ຊາວກະເສດຕະກອນ", "water-data", "ຕະກອນໃນແມ່ນ້ຳ"),
        ("ວັກຊີນຊີໂນຟາມ", "agricultural-exports", "ຟາມລ້ຽງສັດ"),
        ("น้ำเสียงของเขา", "pollution", "น้ำเสียจากโรงงาน"),
        ("ระดับน้ำตาลในเลือด", "drought-water-level", "ระดับน้ำลดลง"),
        ("春回大地，万象更新", "vientiane", "老挝首都万象"),
        ("前四月货车翻番", "accident", "一辆货车翻车"),
    ],
)
def test_a_homonym_is_held_back(text: str, concept: str, other: str) -> None:
    family = CONCEPTS.family(concept).keys()
    assert not named(text) & family
    assert named(other) & family
