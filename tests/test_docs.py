"""What the documents show is true: commands exist, examples run, links lead somewhere."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml

from monitor import parse
from monitor.config import load_config
from monitor.deliver.samples import views
from monitor.deliver.sandbox import FILTERS
from monitor.deliver.templatefiles import read_templates
from monitor.deliver.templating import BUILT_IN
from monitor.models import Article
from monitor.settings import FILES
from tests.commandline import check_call, commands, make_targets

ROOT = Path(__file__).parent.parent
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
GUIDE = ROOT / "docs" / "configuration.md"  # its examples are loaded by test_schema.py
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
HIDDEN = {".venv", "node_modules", ".pytest_cache", ".git", ".hypothesis"}
MARKDOWN = [
    path
    for path in sorted(ROOT.rglob("*.md"))
    if not {part for part in path.relative_to(ROOT).parts if part in HIDDEN or ".venv" in part}
]


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page; indentation, as of a block within a list, is taken off."""

    page: Path
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks_of(page: Path) -> Iterator[Block]:
    found: list[str] | None = None
    start, indent, kind = 0, "", ""
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        if found is None:
            if fence := re.fullmatch(r"( *)```(\w*)", line):
                found, start, (indent, kind) = [], number, fence.groups()
        elif line == f"{indent}```":
            yield Block(page, start, kind, "".join(f"{text}\n" for text in found))
            found = None
        else:
            found.append(line.removeprefix(indent))
    assert found is None, f"{page.name}:{start}: a block is never closed"


BLOCKS = [block for page in PAGES for block in blocks_of(page)]


def of_kind(kind: str) -> list[Block]:
    return [block for block in BLOCKS if block.kind == kind]


# --- commands -----------------------------------------------------------------------------------

WRAPPER = re.compile(
    r"^(?:docker compose (?:exec|run --rm) )(?=monitor )|^\S*\.venv/bin/(?=monitor )"
)


def calls_in(command: str) -> Iterator[list[str]]:
    """The programs that a shell line calls, each with its arguments, comments left out."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.commenters = "#"
    call: list[str] = []
    for token in lexer:
        if set(token) <= set("|&;<>"):
            yield call
            # What is behind > names a file; it is no call, and so is checked by nobody.
            call = [token] if ">" in token or "<" in token else []
        else:
            call.append(token)
    yield call


def check_command(command: str) -> str | None:
    """Raise where a line calls a command, option or target that is not there."""
    checked = None
    for call in calls_in(WRAPPER.sub("", command)):
        if call[:2] == ["monitor", "monitor"]:  # docker compose exec SERVICE PROGRAM
            call = call[1:]
        if call[:1] == ["monitor"]:
            checked = check_call(call)
        elif call[:1] == ["make"]:
            checked = " ".join(call)
            targets = [word for word in call[1:] if "=" not in word]
            assert set(targets) <= make_targets(MAKEFILE), checked
    return checked


COMMANDS = [
    pytest.param(line.removeprefix("$ "), id=f"{block}: {line[2:40]}")
    for block in of_kind("console")
    for line in block.text.splitlines()
    if line.startswith("$ ")
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_is_shown_exists(command: str) -> None:
    check_command(command)


@pytest.mark.parametrize("command", ["monitor nosuch", "monitor once --nosuch", "make nosuch"])
def test_one_that_does_not_exist_is_found(command: str) -> None:
    with pytest.raises(Exception, match="nosuch"):
        check_command(command)


def test_the_readme_shows_commands() -> None:
    readme = PAGES[0].read_text("utf-8")
    shown = [re.sub(r"\W", " ", str(command.id)) for command in COMMANDS]
    assert sum("README" in name for name in shown) > 5
    first = "\n".join(readme.splitlines()[:10])
    assert "$ make demo" in first
    assert "$ make test" in first


def prose(page: Path) -> str:
    """A page's text without its blocks, each paragraph's line ends turned into blanks."""
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return " ".join(text.split())


CALL = re.compile(r"`((?:monitor|make|docker compose \w+) [^`]+)`")
SPANS = [
    pytest.param(span, id=f"{page.name}: {span}")
    for page in PAGES
    for span in sorted(set(CALL.findall(prose(page))))
]


@pytest.mark.parametrize("span", SPANS)
def test_a_command_in_running_text_exists(span: str) -> None:
    """``URL`` and the like stand for what the reader puts there; a name alone is a name."""
    if span not in dict(commands()):
        check_command(span)


def test_services_and_timers_call_what_exists() -> None:
    for block in of_kind("ini"):
        unit = configparser.ConfigParser(interpolation=None)
        unit.optionxform = str  # type: ignore[assignment,method-assign]
        unit.read_string(block.text)
        assert check_command(unit["Service"]["ExecStart"]) == "monitor run"
    for block in of_kind("crontab"):
        for line in block.text.splitlines():
            assert check_command(line.split(maxsplit=5)[5].rpartition("&& ")[2]) == "monitor once"
    assert of_kind("ini")
    assert of_kind("crontab")


SPEAK_FOR_THEMSELVES = {"format_"}  # --format [json|text]


def test_each_command_has_help_and_a_place_in_the_documents() -> None:
    written = " ".join(" ".join(page.read_text("utf-8").split()) for page in PAGES)
    for name, command in commands():
        assert len((command.help or "").strip()) > 10, f"{name} has no help"
        for option in command.params:
            described = getattr(option, "help", None) or option.name in SPEAK_FOR_THEMSELVES
            assert described, f"{name}: {option.name} has no help"
        if not hasattr(command, "commands"):
            assert re.search(rf"\b{name}\b", written), f"{name} is in no document"


# --- examples -----------------------------------------------------------------------------------


@pytest.mark.parametrize("block", of_kind("python"), ids=str)
def test_python_runs(block: Block, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block.text],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


CONFIGURATIONS = [block for block in of_kind("yaml") if block.page != GUIDE]
SECRETS = {
    "DATABASE_URL": "postgresql://monitor:secret@localhost/monitor",
    "SMTP_PASSWORD": "secret",
    "WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
}


@pytest.mark.parametrize("block", CONFIGURATIONS, ids=str)
def test_yaml_fits_into_the_configuration_that_ships(block: Block, tmp_path: Path) -> None:
    """A reader pastes it into what `monitor init` wrote."""
    wanted: dict[str, Any] = yaml.safe_load(block.text)
    for name, model in FILES.items():
        there = yaml.safe_load((ROOT / "config" / name).read_text("utf-8"))
        for key in wanted.keys() & model.model_fields.keys():
            entry = wanted.pop(key)
            both = isinstance(entry, dict) and isinstance(there.get(key), dict)
            there[key] = there[key] | entry if both else entry
        (tmp_path / name).write_text(yaml.safe_dump(there, allow_unicode=True), "utf-8")
    shutil.copytree(ROOT / "config" / "concepts", tmp_path / "concepts")
    if pack := wanted.pop("concepts", None):
        own = yaml.safe_dump({"concepts": pack}, allow_unicode=True)
        (tmp_path / "concepts" / "own.yaml").write_text(own, "utf-8")
    assert wanted == {}
    load_config(tmp_path, SECRETS)


@pytest.mark.parametrize("block", of_kind("jinja"), ids=str)
def test_a_template_renders(block: Block, tmp_path: Path) -> None:
    """Its first line names its file."""
    name, _, source = block.text.partition("\n")
    (tmp_path / name.strip("{}# ")).write_text(source, "utf-8")
    assert read_templates(tmp_path) is not BUILT_IN


@pytest.mark.parametrize("what", ["alert", "digest"])
def test_the_variables_of_templates_are_documented(what: str) -> None:
    page = (ROOT / "docs" / "templates.md").read_text("utf-8")
    table = page.split(f"<!-- variables: {what} -->")[1].split("<!-- end -->")[0]
    (view, *_) = views(what)
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == view.keys()
    filters = page.split("## What they cannot do")[1]
    assert {f"`{name}`" in filters for name in FILTERS - {"count", "d", "e"}} == {True}


def test_there_is_what_is_tested() -> None:
    pages = {(block.page.name, block.kind) for block in BLOCKS}
    assert {("README.md", "yaml"), ("operations.md", "yaml"), ("operations.md", "python")} <= pages
    assert ("templates.md", "jinja") in pages


@pytest.mark.parametrize(("name", "least"), [("operations.md", 16), ("library.md", 7)])
def test_messages_that_are_explained_are_those_of_the_program(name: str, least: int) -> None:
    page = (ROOT / "docs" / name).read_text("utf-8")
    table = page.split("<!-- messages -->")[1].split("<!-- end -->")[0]
    code = "".join(path.read_text("utf-8") for path in (ROOT / "monitor").rglob("*.py"))
    first_cells = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| ")]
    messages = [text for cell in first_cells for text in re.findall("`(.+?)`", cell)]
    assert len(messages) >= least
    for message in messages:
        for part in message.split("…"):
            assert part.rstrip(" :") in code, f"{message}: the program does not say {part!r}"


def test_the_library_is_documented_whole() -> None:
    page = (ROOT / "docs" / "library.md").read_text("utf-8")
    undocumented = {"NO_PROFILES", "dateline_text", "read_profile"}  # for the service itself
    for name in set(parse.__all__) - undocumented:
        assert re.search(rf"\b{name}\b", page), name
    mapping = page.split("| Article | ninjs")[1]
    for field in Article.model_fields:
        assert f"`{field}`" in mapping, f"{field} is in no row of the table of forms"


# --- links --------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The fragments that GitHub gives a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links_in(page: Path) -> Iterator[str]:
    for target in re.findall(r"(?<!`)\[[^\]]+\]\(([^)\s]+)\)", prose(page)):
        if not re.match(r"[a-z]+:", target):
            yield target


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in links_in(page):
        path, _, fragment = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: {link}"
        if fragment:
            assert fragment in anchors(target), f"{page.name}: {link}"


def test_the_readme_links_to_every_page() -> None:
    linked = {(ROOT / link).resolve() for link in links_in(ROOT / "README.md")}
    assert {*PAGES[1:], ROOT / "CHANGELOG.md", ROOT / "LICENSE"} <= linked
