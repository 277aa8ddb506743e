"""The configuration that ships: it works as it is, and its rules find what they should."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from monitor.cli import app
from monitor.config import Config, load_config
from monitor.deliver import CHANNELS
from monitor.match import RuleSet, lint
from monitor.models import Article
from monitor.parse import parse_article
from tests.bench.stories import LABELS

ROOT = Path(__file__).parent.parent
SITE = ROOT / "samples" / "site"
EXPECTED = SITE / "expected"

# What each rule must find among the sample stories, and nothing else.
FINDINGS = {
    "railway-operation": {
        "luang-prabang-arrivals-dry-season",
        "first-night-train-vientiane-kunming",
        "c1002-40000001",
        "c1002-40000031",
        "1204",
        "1223",
    },
    "railway-accidents": {"mw-1104"},
    "debt-loans": {
        "laos-china-debt-deferral-talks",
        "china-lets-laos-put-off-repayments",
        "mw-1118",
    },
    "power-grid": {"c_1129960"},
    "trade-border": {
        "boten-border-open-until-nine",
        "mw-1101",
        "c1002-40000001",
        "c1002-40000019",
        "1198",
    },
    "agriculture-exports": {"mw-1092", "c1002-40000019"},
    "economic-zones": {"mw-1097"},
    "crime-scams": {"mw-1097"},
    "party-exchanges": {"c_1130001"},
    "belt-and-road": {"c_1130001"},
    "aid-health": {"c_1129987", "c1002-40000007", "1216"},
    "tourism": {"luang-prabang-arrivals-dry-season"},
}
OFF_TOPIC = {
    "short-film-festival-winners",
    "lao-league-title-decider",
    "mw-1088",
    "c_1130033",
    "c_1130052",
    "c1002-40000012",
    "1189",
    "1211",
}


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(ROOT / "config", {})


@pytest.fixture(scope="module")
def rules(config: Config) -> RuleSet:
    return RuleSet.compile(config.rules, config.concepts)


@pytest.fixture(scope="module")
def topic(config: Config) -> RuleSet:
    return RuleSet.compile({"topic": config.settings.topic or ""}, config.concepts)


def _key(path: Path) -> str:
    """``mw-1104`` of ``…/mw-1104.html.json``, the folder's name of an ``index.html``."""
    name = path.name.partition(".")[0]
    return path.parent.name if name == "index" else name


def _expected() -> dict[str, Article]:
    paths = sorted(EXPECTED.rglob("*.json"))
    return {_key(path): Article.model_validate_json(path.read_bytes()) for path in paths}


def _parsed() -> dict[str, Article]:
    """The same stories, read from their pages."""
    found: dict[str, Article] = {}
    for path in sorted(EXPECTED.rglob("*.json")):
        page = path.relative_to(EXPECTED).with_suffix("")
        versions = [SITE / page, *(folder / page for folder in sorted(SITE.glob("publish/*")))]
        html = [version for version in versions if version.is_file()][-1].read_bytes()
        found[_key(path)] = parse_article(html, f"http://{page.as_posix()}")
    return found


@pytest.fixture(scope="module", params=[_expected, _parsed], ids=["expected", "parsed"])
def stories(request: pytest.FixtureRequest) -> dict[str, Article]:
    found: dict[str, Article] = request.param()
    assert len(found) >= 25
    return found


def test_it_needs_nothing_from_the_environment(config: Config) -> None:
    assert {channel.kind for channel in config.channels.values()} == {"console", "file"}
    assert len(config.rules) >= 8
    assert all(rule.channels == ("screen", "archive") for rule in config.rules)
    assert any(source.enabled for source in config.sources)


# What is worth watching, and the sources that watch it: every language and address has one.
SEEN = {
    "Xinhua, en": {"xinhua", "xinhua-world", "xinhua-asia-pacific"},
    "Xinhua, zh": {"xinhua-zh"},
    "CGTN": {"cgtn-world", "cgtn-china", "cgtn-business"},
    "People's Daily, en": {"peoples-daily"},
    "People's Daily, zh": {"renmin", "renmin-feed"},
    "Global Times": {"global-times"},
    "State Council": {"state-council"},
    "China MFA, en": {"china-mfa"},
}
UNSEEN = {
    "Qiushi": {"qiushi"},
    "China Daily": {"china-daily"},
    "China MFA, zh": {"china-mfa-zh"},
    "CIDCA": {"cidca", "cidca-zh"},
    "China News Service": {"chinanews"},
    "KPL": {"kpl", "kpl-lo"},
    "Pasaxon": {"pasaxon"},
    "Vientiane Times": {"vientiane-times"},
    "The Laotian Times": {"laotian-times"},
    "RFA": {"rfa", "rfa-lao"},
    "VOA Lao": {"voa-lao"},
    "Lao MFA": {"lao-mfa", "lao-mfa-lo"},
    "ASEAN": {"asean"},
    "Nikkei Asia": {"nikkei-asia"},
    "SCMP": {"scmp"},
    "Bangkok Post": {"bangkok-post"},
    "The Diplomat": {"the-diplomat", "the-diplomat-laos"},
    "Global Voices, Laos": {"global-voices-laos"},
    "Google News search": {"google-news", "google-news-zh", "google-news-lo"},
    "GDELT DOC": {"gdelt"},
}


def test_all_that_is_worth_watching_is_there_and_what_nobody_has_seen_work_is_off(
    config: Config,
) -> None:
    seen, unseen = set[str]().union(*SEEN.values()), set[str]().union(*UNSEEN.values())
    assert {source.id for source in config.sources} == seen | unseen
    assert {source.id for source in config.sources if source.enabled} == seen
    assert {source.id for source in config.sources if source.unverified} == unseen


def test_every_source_has_a_comment_that_says_what_is_known(config: Config) -> None:
    text = (ROOT / "config" / "sources.yaml").read_text("utf-8")
    for source in config.sources:
        assert re.search(rf"^  {source.id}: # \S.+$", text, re.MULTILINE), source.id


def test_what_the_sources_need_is_said_of_them(config: Config) -> None:
    sources = {source.id: source for source in config.sources}
    assert {name for name, source in sources.items() if source.cookies} == {"china-mfa"}
    assert {name for name, source in sources.items() if source.prefilter} == {"scmp"}
    assert all(source.tags for source in sources.values())
    assert {name for name, source in sources.items() if not source.language} == {"gdelt"}
    for source in sources.values():
        if {"cn", "la"} & set(source.tags):
            assert source.timezone in ("Asia/Shanghai", "Asia/Vientiane"), source.id


def _table(config: Config) -> str:
    """The sources as docs/sources.md shows them."""
    rows = ["| source | name | kind | language | host | |", "|---|---|---|---|---|---|"]
    for source in config.sources:
        host = (urlsplit(source.url).hostname or "").removeprefix("www.")
        state = "" if source.unverified else "seen"
        about = f"{source.name} | {source.kind} | {source.language or 'any'} | {host} | {state}"
        rows.append(f"| `{source.id}` | {about} |".replace("|  |", "| |"))
    return "".join(f"{row}\n" for row in rows)


def test_the_guide_lists_the_sources(config: Config) -> None:
    guide = (ROOT / "docs" / "sources.md").read_text("utf-8")
    shown = guide.split("<!-- sources -->\n")[1].split("<!-- end -->")[0]
    assert shown == _table(config)


def test_every_source_has_a_name_and_a_pace(config: Config) -> None:
    for source in config.sources:
        assert source.name
        assert source.interval, source.id
        assert source.max_interval, source.id
        assert source.max_interval > source.interval, source.id


def test_the_rules_cover_the_stories_and_nothing_else(
    rules: RuleSet, stories: dict[str, Article]
) -> None:
    found: dict[str, set[str]] = {}
    for key, article in stories.items():
        for match in rules.match(article):
            found.setdefault(match.rule, set()).add(key)
    assert found == FINDINGS
    assert set().union(*found.values()) == stories.keys() - OFF_TOPIC


def test_the_topic_is_on_or_off(topic: RuleSet, stories: dict[str, Article]) -> None:
    assert {key for key, article in stories.items() if not topic.match(article)} == OFF_TOPIC


def test_no_query_gives_a_warning(config: Config) -> None:
    for query in (*(rule.query for rule in config.rules), config.settings.topic or ""):
        assert lint(query, config.concepts) == []


def test_the_queries_are_in_canonical_spelling(tmp_path: Path) -> None:
    """So that whoever formats a rule of their own finds no other one changed."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    done = CliRunner().invoke(app, ["-c", str(tmp_path / "config"), "rule", "fmt", "--check"])
    assert done.exit_code == 0, done.output


def test_every_label_of_the_stories_has_a_rule_and_one_rule_is_about_none(config: Config) -> None:
    assert {rule.id for rule in config.rules} == {*LABELS, "spike"}


def test_the_guide_lists_the_rules(config: Config) -> None:
    text = (ROOT / "config" / "rules.yaml").read_text("utf-8")
    rows = ["| rule | what it finds |", "|---|---|"]
    for rule in config.rules:
        about = re.search(rf"^  {rule.id}: # (.+)$", text, re.MULTILINE)
        assert about, rule.id
        rows.append(f"| `{rule.id}` | {rule.name}: {about[1]} |")
    guide = (ROOT / "docs" / "rules.md").read_text("utf-8")
    shown = guide.split("<!-- shipped -->\n")[1].split("<!-- end -->")[0]
    assert shown == "".join(f"{row}\n" for row in rows)


@pytest.mark.parametrize("label", LABELS)
def test_every_rule_is_tried_in_three_languages(label: str) -> None:
    tried = [sentence for rule, sentence in HITS if rule == label]
    assert any("a" <= sign <= "z" for sign in tried[0])
    assert any("\u4e00" <= sign <= "\u9fff" for sign in tried[1])
    assert any("\u0e80" <= sign <= "\u0eff" for sign in tried[2])


def test_a_story_that_many_carry_is_a_spike(rules: RuleSet) -> None:
    article = Article(url="http://a.example/1", title="Laos and China talk", body=("They talk.",))
    assert "spike" in [match.rule for match in rules.match(article, carried=5)]
    assert "spike" not in [match.rule for match in rules.match(article, carried=4)]


# Sentences in the manner of the sources, for what the sample stories leave out.
HITS = [
    ("top-level-meetings", "Xi Jinping holds talks with Lao President Thongloun on bilateral ties"),
    ("top-level-meetings", "习近平会见老挝人民革命党中央总书记、国家主席通伦"),
    ("top-level-meetings", "ປະທານປະເທດ ແຫ່ງ ສປປ ລາວ ຢ້ຽມຢາມ ສປ ຈີນ"),
    ("party-exchanges", "Communist Party of China and Lao People's Revolutionary Party meet"),
    ("party-exchanges", "中共与老挝人民革命党举行第十四次理论研讨会"),
    ("party-exchanges", "ພັກກອມມູນິດຈີນ ແລະ ພັກປະຊາຊົນປະຕິວັດລາວ ຈັດສຳມະນາທິດສະດີ"),
    ("foreign-ministries", "Chinese Foreign Ministry spokesperson offers help to Laos"),
    ("foreign-ministries", "外交部发言人就老挝洪灾答记者问 中方愿提供帮助"),
    ("foreign-ministries", "ລັດຖະມົນຕີຕ່າງປະເທດລາວ ພົບປະກັບ ລັດຖະມົນຕີຕ່າງປະເທດຈີນ"),
    ("military", "Chinese and Lao armies open joint exercise in Vientiane"),
    ("military", "中老两军在老挝举行“友谊盾牌”联合演习"),
    ("military", "ກອງທັບລາວ ແລະ ກອງທັບຈີນ ເຝິກຊ້ອມຮ່ວມກັນ"),
    ("railway-operation", "Freight on the China–Laos Railway passes 70 million tonnes"),
    ("railway-operation", "中老铁路国际货物列车开行突破万列"),
    ("railway-operation", "ຂະບວນລົດໄຟຄວາມໄວສູງ ຈາກວຽງຈັນ ໄປ ສປ ຈີນ"),
    ("railway-accidents", "Landslide halts trains on the Laos-China Railway near Vang Vieng"),
    ("railway-accidents", "中老铁路老挝段发生碰撞事故"),
    ("railway-accidents", "ເກີດອຸບັດຕິເຫດຢູ່ທາງລົດໄຟລາວ-ຈີນ"),
    ("expressway", "Yunnan builder completes tunnel of the Vientiane-Boten expressway"),
    ("expressway", "万象至磨丁高速公路万荣至琅勃拉邦段开工 中企承建"),
    ("expressway", "ບໍລິສັດຈີນ ກໍ່ສ້າງທາງດ່ວນ ວຽງຈັນ-ບໍ່ເຕັນ"),
    ("belt-and-road", "Laos and China agree on next stage of the Belt and Road plan"),
    ("belt-and-road", "共建一带一路 老挝赛色塔综合开发区迎来新企业"),
    ("belt-and-road", "ລາວ-ຈີນ ຮ່ວມມືໂຄງການໜຶ່ງແລວ ໜຶ່ງເສັ້ນທາງ"),
    ("debt-loans", "Laos seeks relief on loans that it owes Chinese banks"),
    ("debt-loans", "老挝与中国就债务延期举行会谈"),
    ("debt-loans", "ລັດຖະບານລາວ ເຈລະຈາກັບ ສປ ຈີນ ເລື່ອງໜີ້ຕ່າງປະເທດ"),
    ("money", "UnionPay cards accepted at 3,000 more shops in Laos, Chinese bank says"),
    ("money", "中老跨境人民币结算量翻番 老中银行增设网点"),
    ("money", "ທະນາຄານລາວ-ຈີນ ເປີດບໍລິການຊຳລະເງິນຢວນ"),
    ("trade-border", "Laos-China trade up a third as customs clearance at Boten gets faster"),
    ("trade-border", "磨憨口岸今年进出口货物超过600万吨 老挝农产品增长"),
    ("trade-border", "ມູນຄ່າການຄ້າ ລາວ-ຈີນ ສິນຄ້າສົ່ງອອກເພີ່ມຂຶ້ນ"),
    ("agriculture-exports", "Exports of Lao durian to China rise to 3,000 tonnes"),
    ("agriculture-exports", "老挝香蕉输华量创新高 云南企业扩大种植"),
    ("agriculture-exports", "ລາວ ສົ່ງອອກມັນຕົ້ນ ໄປຈີນ ເພີ່ມຂຶ້ນ"),
    ("mining", "Chinese miner starts second potash mine in Khammouane, Laos"),
    ("mining", "中企在老挝甘蒙省的钾盐矿投产 钾肥年产百万吨"),
    ("mining", "ບໍລິສັດຈີນ ຂຸດຄົ້ນແຮ່ຄຳ ຢູ່ແຂວງອັດຕະປື ບໍ່ແຮ່ຖືກກວດກາ"),
    ("power-grid", "China, Laos energise 500 kV transmission line across the border"),
    ("power-grid", "南方电网投资的老挝国家输电网公司投运"),
    ("power-grid", "ລາວ-ຈີນ ເຊື່ອມຕໍ່ສາຍສົ່ງໄຟຟ້າ 500 ກິໂລໂວນ"),
    ("dams", "Chinese company starts second dam of the Nam Ou hydropower cascade in Laos"),
    ("dams", "中国电建承建的老挝巴莱水电站大坝截流"),
    ("dams", "ບໍລິສັດຈີນ ກໍ່ສ້າງເຂື່ອນໄຟຟ້ານ້ຳອູ 8"),
    ("mekong", "China shares Mekong water level data with Laos ahead of dry season"),
    ("mekong", "澜湄合作专项基金老挝项目签约"),
    ("mekong", "ລະດັບນ້ຳ ແມ່ນ້ຳຂອງ ຢູ່ລາວ ຫຼຸດລົງ ຍ້ອນເຂື່ອນຢູ່ຈີນ"),
    ("economic-zones", "Chinese tenants fill Saysettha Development Zone in Vientiane"),
    ("economic-zones", "老挝磨丁经济特区引进中国企业三十家"),
    ("economic-zones", "ເຂດເສດຖະກິດພິເສດ ບໍ່ເຕັນ ດຶງດູດນັກລົງທຶນຈີນ"),
    ("crime-scams", "Lao police hand over scam suspects from Golden Triangle zone"),
    ("crime-scams", "老挝警方在金三角抓获电诈嫌疑人"),
    ("crime-scams", "ທະຫານ ແຂວງບໍ່ແກ້ວ ມ້າງແກ໊ງຄອລເຊັນເຕີ ໃນເຂດເສດຖະກິດພິເສດສາມຫຼ່ຽມຄຳ"),
    ("aid-health", "China donates medical supplies to hospital in northern Laos"),
    ("aid-health", "中国援助老挝的医院正式移交"),
    ("aid-health", "ຈີນມອບທຶນການສຶກສາ ໃຫ້ນັກຮຽນລາວ ສາຂາສາທາລະນະສຸກ"),
    ("culture-education", "Confucius Institute in Vientiane trains Lao teachers of Chinese"),
    ("culture-education", "老挝留学生在昆明欢度泼水节"),
    ("culture-education", "ນັກສຶກສາລາວ 200 ຄົນ ໄດ້ຮັບທຶນການສຶກສາ ໄປຮຽນຢູ່ຈີນ"),
    ("tourism", "Chinese tourists return to Luang Prabang as visa rules ease"),
    ("tourism", "中国游客赴老挝旅游人数突破百万"),
    ("tourism", "ນັກທ່ອງທ່ຽວຈີນ ມາຢ້ຽມຢາມລາວ ເພີ່ມຂຶ້ນ"),
    ("land-environment", "Villagers in northern Laos protest pollution from Chinese banana farms"),
    ("land-environment", "老挝村民投诉中资矿场污染河流"),
    ("land-environment", "ຊາວບ້ານ ແຂວງຫົວພັນ ຮ້ອງທຸກ ບໍລິສັດຈີນ ປ່ອຍສານເຄມີລົງນ້ຳ"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "sentence"), HITS)
def test_a_rule_finds(rules: RuleSet, rule: str, sentence: str) -> None:
    article = Article(url="http://a.example/1", title=sentence, body=(sentence,))
    assert rule in [match.rule for match in rules.match(article)]


MISSES = [
    "万象更新 春回大地 中国各地迎来新春客流",  # 万象 is not Vientiane
    "中老年人免费体检 中国卫生部门增拨贷款",  # 中老 is not China and Laos
    "Lao She's Teahouse returns to a Beijing stage",  # a writer
    "Thailand and Malaysia sign a loan for a railway bridge",
    "Railway debt grows in Kenya as China defers repayments",
    "Vietnam raids a scam compound on the border with Cambodia",
    "China and Pakistan hold Belt and Road talks",
    "ທີມຊາດລາວ ຊະນະທີມຊາດໄທ 2-1",
    "中国与巴基斯坦签署铁路贷款协议",
]


@pytest.mark.parametrize("sentence", MISSES)
def test_no_rule_finds(rules: RuleSet, topic: RuleSet, sentence: str) -> None:
    article = Article(url="http://a.example/1", title=sentence, body=(sentence,))
    assert [match.rule for match in rules.match(article)] == []
    assert topic.match(article) == []


def test_the_channels_shown_as_comments_load(tmp_path: Path) -> None:
    """Taking away the # in front of the examples gives a configuration that loads."""
    text = (ROOT / "config" / "monitor.yaml").read_text("utf-8")
    (tmp_path / "monitor.yaml").write_text(text.replace("\n  # ", "\n  "), "utf-8")
    text = (tmp_path / "monitor.yaml").read_text("utf-8")
    kept = [line for line in text.splitlines() if not _is_prose(line)]
    (tmp_path / "monitor.yaml").write_text("\n".join(kept), "utf-8")
    for name in ("sources.yaml", "rules.yaml"):
        (tmp_path / name).write_bytes((ROOT / "config" / name).read_bytes())
    shutil.copytree(ROOT / "config" / "concepts", tmp_path / "concepts")
    env = {"SMTP_PASSWORD": "x", "WEBHOOK_SECRET": "whsec_" + "A" * 32}
    config = load_config(tmp_path, env | {"CHAT_URL": "json://chat.example/alerts"})
    assert {channel.kind for channel in config.channels.values()} == CHANNELS.keys()
    assert config.settings.fetch.contact == "you@example.org"


def _is_prose(line: str) -> bool:
    """A comment that was one: a sentence, which ends in a point and begins with a capital."""
    return line.endswith(".") and line.strip()[:1].isupper()
