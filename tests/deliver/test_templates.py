"""Templates of the user's own: what they may do, what they may not, and what happens then."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import pytest

from monitor.deliver.mail import compose
from monitor.deliver.render import Look, alert_view
from monitor.deliver.samples import alert, digests, views
from monitor.deliver.sandbox import Sandbox
from monitor.deliver.templatefiles import MOST_BYTES, read_templates
from monitor.deliver.templating import BUILT_IN, NAMES, Templates
from monitor.errors import ConfigError, TemplateError
from monitor.models import Message
from monitor.routing import BundleKind
from tests.builders import article, message
from tests.deliver.digests import collection, stories

PACKAGE = Path(__file__).parents[2] / "monitor" / "deliver" / "templates"


def written(folder: Path, **sources: str) -> Path:
    """``alert_txt="…"`` is the text of ``alert.txt.j2``, ``part="…"`` of ``_part.j2``."""
    for name, source in sources.items():
        what, _, part = name.partition("_")
        file = f"{what}.{part}.j2" if part else f"_{what}.j2"
        (folder / file).write_text(source, "utf-8")
    return folder


def rendered(source: str, told: Message | None = None, name: str = "alert.txt.j2") -> str:
    return Sandbox({Path(name): source}).render(name, alert_view(told or message()))


def refused(source: str, name: str = "alert.txt.j2") -> str:
    with pytest.raises(TemplateError) as caught:
        rendered(source, name=name)
    return str(caught.value)


def problems(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_templates(folder)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


# --- what they do -------------------------------------------------------------------------------


def test_each_part_of_a_mail_can_be_replaced(tmp_path: Path) -> None:
    written(
        tmp_path,
        alert_subject="{{ message.label }}: {{ article.title | upper }}",
        alert_txt="{% include '_foot.j2' %}\n\n{% for text, hit in title %}{{ text }}{% endfor %}",
        alert_html="<p>{{ article.title }}</p>",
        foot="Seen at {{ message.source }}.\n",
    )
    told = message(article=article(title="A <b>train</b>"))
    mail = compose(told, "m@x.example", ["a@x.example"], Look(read_templates(tmp_path)))
    assert mail["Subject"] == "China–Laos Railway: A <B>TRAIN</B>"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert text.get_content() == "Seen at The Lao Times.\nA <b>train</b>\n"
    assert html is not None
    assert html.get_content() == "<p>A &lt;b&gt;train&lt;/b&gt;</p>\n"


def test_what_is_not_replaced_stays(tmp_path: Path) -> None:
    templates = read_templates(written(tmp_path, digest_subject="{{ stories }} for {{ day }}"))
    told = collection(*stories())
    mail = compose(told, "m@x.example", ["a@x.example"], Look(templates))
    assert mail["Subject"] == "4 for 20 November 2026"
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().startswith("Daily digest, 20 November 2026: 4 stories")


@pytest.mark.parametrize("name", [name for name in NAMES if ".chat." not in name])
def test_the_templates_that_come_with_the_program_can_be_a_start(tmp_path: Path, name: str) -> None:
    for path in PACKAGE.glob("*.j2"):
        if path.name == name or path.name.startswith("_"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    templates = read_templates(tmp_path)
    for view in views(name.partition(".")[0]):
        assert templates.render(name, view) == BUILT_IN.render(name, view)


def test_no_folder_no_templates(tmp_path: Path) -> None:
    assert read_templates(tmp_path / "nowhere") is BUILT_IN
    (tmp_path / "notes.txt").write_text("{{", "utf-8")
    assert read_templates(tmp_path) is BUILT_IN


def test_the_subject_stays_a_header(tmp_path: Path) -> None:
    hostile = (
        "=?utf-8?q?x=0ABcc:_evil=40x.example?= {{ article.title }}\nBcc: evil@x.example\n\nBody"
    )
    templates = read_templates(written(tmp_path, alert_subject=hostile))
    mail = compose(message(), "m@x.example", ["a@x.example"], Look(templates))
    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"]
    assert mail["Subject"].startswith("= ?utf-8?q?")


def test_no_control_character_comes_through() -> None:
    told = message(article=article(title="a\x1b[2J\u2028b\u202ec\r"))
    templates = Templates({Path("alert.txt.j2"): "{{ article.title }}\nend"})
    assert templates.render("alert.txt.j2", alert_view(told)) == "a [2J b c \nend"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ article.title[:5] }}", "First"),
        ("{{ reasons | join(', ') }}/{{ ['<', '>'] | join }}", "train/<>"),
        ("{{ article.published.strftime('%H:%M') }}", "14:30"),
        ("{{ message.created_at | day('zh') }}", "2026年11月20日"),
        ("{{ 'a\x1bb' | line }}", "a b"),
        ("{% for p in body %}{{ loop.index }}/{{ loop.length }} {% endfor %}", "1/2 2/2 "),
        ("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(1) ~ m(2) }}", "<1><2>"),
        ("{{ article.extracted_by.items() | list }}", "[]"),
        ("{{ (1 + 2) * 3 - 7 % 4 }}{{ 'a' + 'b' }}", "6ab"),
        ("{{ 'x' if article.title.startswith('First') }}", "x"),
        ("{{ article.title | replace('night', '夜') | truncate(20) }}", "First 夜 train..."),
    ],
)
def test_what_a_template_can_say(source: str, said: str) -> None:
    assert rendered(source) == said


def test_html_is_escaped_however_it_is_put_together() -> None:
    told = message(article=article(title="<script>", authors=("<i>",)))
    source = (
        "{{ article.title ~ '!' }}{{ article.authors | join('<br>') }}"
        "{{ article.title + '' }}{{ article.title | replace('s', '<') }}"
        "{% set x %}{{ article.title }}{% endset %}{{ x ~ article.title }}"
        "{{ x | replace('c', '<') }}"
    )
    html = rendered(source, told, "alert.html.j2")
    assert "<" not in html
    assert html.count("&lt;") >= 7


# --- what they may not --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "{{ message.__class__.__mro__ }}",
        "{{ article.parse_file('/etc/passwd') }}",
        "{{ article.model_copy() }}",
        "{{ article.model_construct() }}",
        "{{ message.article.model_dump_json() }}",
        "{{ ''.join.__globals__ }}",
        "{{ 'x'.format(article) }}",
        "{{ '%s' % article }}",
        "{{ article.title.__class__ }}",
        "{{ article.body.__add__ }}",
        "{{ title.append(1) }}",
        "{{ cycler }}",
        "{{ namespace }}",
        "{{ self.__init__ }}",
        "{{ range.__globals__ }}",
        "{{ title | map('attr', '__class__') | list }}",
        "{{ article.title | safe }}",
        "{{ [1, 2] | random }}",
    ],
)
def test_nothing_but_words_is_in_reach(source: str) -> None:
    assert refused(source).startswith("alert.txt.j2")


@pytest.mark.parametrize(
    "source",
    [
        "{% include '/etc/passwd' %}",
        "{% include '../monitor.yaml' %}",
        "{% extends 'notice.txt.j2' %}",
        "{% import 'os' as os %}{{ os }}",
    ],
)
def test_no_file_but_those_of_the_folder(source: str) -> None:
    assert "alert.txt.j2:1: no template " in refused(source)


def test_html_cannot_be_let_through() -> None:
    said = refused(
        "\n{% autoescape false %}{{ article.title }}{% endautoescape %}", "alert.html.j2"
    )
    assert said == ("alert.html.j2:2: autoescape cannot be switched: what strangers write is text")


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
        "{% for a in range(90000) %}" + "x" * 1_000 + "{% endfor %}",
        "{% macro m(n) %}{{ m(n) }}{% endmacro %}{{ m(1) }}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) ~ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
        "{% set x0 = 'x' * 10 %}{{ x0 }}",
        "{{ 'x' * 1000000000 }}",
        "{{ [1] * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 'x' | center(1000000000) }}",
        "{{ '%1000000000d' | format(1) }}",
        "{{ [1] | batch(1000000000, 'x') | list }}",
        "{{ 'x'.ljust(1000000000) }}",
        "{{ range(1000000000) | list }}",
        "{% set x0 = 'xxxxxxxxxx' %}"
        + "".join(f"{{% set x{n + 1} = x{n} ~ x{n} ~ x{n} ~ x{n} %}}" for n in range(30)),
        "{% set x0 %}xxxxxxxxxx{% endset %}"
        + "".join(
            f"{{% set x{n + 1} %}}{{{{ x{n} }}}}{{{{ x{n} }}}}{{% endset %}}" for n in range(40)
        ),
        "{% set x0 = 'xxxxxxxxxx' %}"
        + "".join(f"{{% set x{n + 1} = x{n} | replace('x', 'xxxx') %}}" for n in range(30)),
        "{% set n0 = 9 %}" + "".join(f"{{% set n{n + 1} = n{n} * n{n} %}}" for n in range(60)),
    ],
)
def test_no_template_works_without_end(source: str) -> None:
    began = time.process_time()
    assert refused(source).startswith("alert.txt.j2")
    assert time.process_time() - began < 3


# --- what is said of mistakes -------------------------------------------------------------------


def test_a_mistake_is_told_by_file_and_line(tmp_path: Path) -> None:
    written(
        tmp_path,
        alert_txt="Title\n{% if x %}\n{{ article.title }",
        alert_html="\n\n{{ artcle.title }}",
        digest_subject="{{ stories }} {{ day | days }}",
        digest_txt="{% for s in sections %}\n{{ s.heading }}{% endfor %}",
    )
    assert problems(tmp_path) == [
        "alert.html.j2:3: 'artcle' is undefined",
        "alert.txt.j2:3: unexpected '}'",
        "digest.subject.j2:1: No filter named 'days'.",
        "digest.txt.j2:2: 'monitor.deliver.digest.Section object' has no attribute 'heading'",
    ]


def test_a_mistake_in_a_part_is_told_where_it_stands(tmp_path: Path) -> None:
    written(tmp_path, alert_txt="\n{% include '_foot.j2' %}", foot="\n\n{{ fot }}")
    assert problems(tmp_path) == ["_foot.j2:3: 'fot' is undefined"]


def test_a_part_that_nobody_includes_is_read(tmp_path: Path) -> None:
    assert problems(written(tmp_path, foot="{{")) == ["_foot.j2:1: unexpected 'end of template'"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("alert.text.j2", b"x", "no template of that name, did you mean alert.txt.j2? allowed: "),
        ("mail.j2", b"x", "no template of that name, allowed: alert.subject.j2, "),
        ("alert.txt.j2", b"\xff\xfe", "not UTF-8: save the file as UTF-8"),
        ("alert.txt.j2", b"x" * (MOST_BYTES + 1), "200,001 bytes, allowed: at most 200,000"),
    ],
)
def test_files_that_are_no_templates(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    (problem,) = problems(tmp_path)
    assert problem.startswith(f"{name}: {said}")


def test_one_that_fails_for_a_story_is_stood_in_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said once, not for each story."""
    source = "{% if article.section == 'Rare' %}{{ nowhere }}{% endif %}own"
    templates = read_templates(written(tmp_path, alert_txt=source))
    assert templates.render("alert.txt.j2", alert_view(message())) == "own"
    rare = alert_view(message(article=article(section="Rare")))
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            assert templates.render("alert.txt.j2", rare) == BUILT_IN.render("alert.txt.j2", rare)
    (record,) = caplog.records
    assert "alert.txt.j2:1: 'nowhere' is undefined; what comes with the program" in record.message


def test_samples_have_all_that_an_alert_can_have() -> None:
    sample = alert().article
    left_out = {"canonical", "extracted_by", "kind"}
    assert {name for name in type(sample).model_fields if not getattr(sample, name)} <= left_out
    assert {told.kind for told in digests()} == set(BundleKind)
