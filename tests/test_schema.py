"""The schemas for editors and the tables for people say what the program takes."""

from __future__ import annotations

import json
import re
import runpy
import shutil
import sys
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from monitor.config import load_config
from monitor.deliver import CHANNELS
from monitor.discover import SOURCE_KINDS
from monitor.models import Article
from monitor.schema import schemas, tables, with_tables, write
from monitor.yamlfile import read_yaml
from tests.parse.articles import BARE, FULL

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "configuration.md"
ARTICLE = "article"
NAMES = ("monitor.yaml", "sources.yaml", "rules.yaml")
REFRESH = "run: python -m monitor.schema config docs/configuration.md"


def complaints(name: str, text: str) -> list[str]:
    checker = jsonschema.Draft202012Validator(schemas()[name])
    return [error.message for error in checker.iter_errors(read_yaml(text, name).data)]


@pytest.mark.parametrize("name", [*NAMES, "profile.yaml", "concepts.yaml", ARTICLE])
def test_a_schema_is_one_and_its_file_is_current(name: str) -> None:
    schema = schemas()[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == ("Article" if name == ARTICLE else name)
    assert schema["description"]
    path = ROOT / "config" / "schema" / f"{name.removesuffix('.yaml')}.schema.json"
    assert json.loads(path.read_text("utf-8")) == schema, REFRESH


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("folder", ["config", "samples/demo", "samples/bad-config/good"])
def test_what_ships_is_valid(folder: str, name: str) -> None:
    assert complaints(name, (ROOT / folder / name).read_text("utf-8")) == []


@pytest.mark.parametrize("name", NAMES)
def test_shipped_files_name_their_schema(name: str) -> None:
    first = (ROOT / "config" / name).read_text("utf-8").splitlines()[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(schema/\w+\.schema\.json)", first)
    assert found
    assert (ROOT / "config" / found[1]).is_file()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("monitor.yaml", "fetch: {per_run: many}"),
        ("monitor.yaml", "fetch: {per_run: 0}"),
        ("monitor.yaml", "fetch: {interval: hourly}"),
        ("monitor.yaml", "fetches: {}"),
        ("monitor.yaml", "channels: {A B: {kind: console}}"),
        ("monitor.yaml", "channels: {a: {kind: fax}}"),
        ("monitor.yaml", "channels: {a: {}}"),
        ("sources.yaml", "sources: {a: {kind: page}}"),
        ("sources.yaml", "sources: {a: {url: 'https://a.example/'}}"),
        ("sources.yaml", "sources: {a: {kind: feed, url: 'https://a.example/', id: b}}"),
        ("sources.yaml", "sources: {a: {kind: feed, url: 'https://a.example/', selector: a}}"),
        ("rules.yaml", "rules: {a: {name: x}}"),
        ("rules.yaml", "rules: {a: {query: x, enabled: maybe}}"),
        ("rules.yaml", "- a"),
    ],
)
def test_mistakes_are_marked(name: str, text: str) -> None:
    assert complaints(name, text)


def test_the_schema_of_an_article_is_that_of_what_is_given_out() -> None:
    schema = schemas()[ARTICLE]
    assert set(schema["required"]) == set(schema["properties"]) == set(Article.model_fields)
    checker = jsonschema.Draft202012Validator(schema)
    for article in (FULL, BARE):
        checker.validate(article.model_dump(mode="json"))
    assert checker.is_valid(FULL.model_dump(mode="json") | {"of_a_later_version": 1})
    assert not checker.is_valid(FULL.model_dump(mode="json") | {"body": "text"})
    assert not checker.is_valid(FULL.model_dump(mode="json", exclude={"published"}))


def test_variables_may_stand_for_single_values() -> None:
    text = "fetch: {per_run: '${N}', interval: '${I}'}\nchannels:\n  m: {kind: email, host: h, "
    text += "port: '${P}', security: '${S}', sender: '${F}', to: ['${T}'], timeout: '${W}'}\n"
    assert complaints("monitor.yaml", text) == []
    text = "sources: {a: {kind: page, url: '${H}/x', enabled: '${E}', language: '${L}'}}"
    assert complaints("sources.yaml", text) == []


def _keys(node: Any) -> set[str]:
    """Every key that a schema describes."""
    found: set[str] = set()
    for part in [node, *node.get("$defs", {}).values()]:
        found |= part.get("properties", {}).keys()
    return found


def test_the_tables_hold_every_key() -> None:
    text = "".join(tables().values())
    sections = {"store", "fetch", "parse", "retention", "health", "web", "defaults"}
    sections |= {"digest", "escalate"}
    for name in NAMES:
        for key in _keys(schemas()[name]) - {"kind"} - sections:
            assert re.search(rf"^\| `([a-z]+\.)?{key}` \|", text, re.MULTILINE), key


def test_the_guide_is_current() -> None:
    text = GUIDE.read_text("utf-8")
    assert with_tables(text) == text, REFRESH
    assert set(re.findall("<!-- keys: (.+?) -->", text)) == set(tables())
    for kind in (*CHANNELS, *SOURCE_KINDS):
        assert re.search(rf"\b{kind}\b", text)


EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", [text for text in EXAMPLES if text.count("\n") > 1])
def test_the_guide_s_examples_load(example: str, tmp_path: Path) -> None:
    good = ROOT / "samples" / "bad-config" / "good"
    folder = Path(shutil.copytree(good, tmp_path / "config"))
    named = re.match(r"# (\w+\.yaml)\n", example)
    assert named
    (folder / named[1]).write_text(example, "utf-8")
    secrets = {"SMTP_PASSWORD": "x", "HOOK_TOKEN": "x", "WEBHOOK_SECRET": "whsec_" + "A" * 32}
    config = load_config(folder, secrets)
    assert config.channels
    assert complaints(named[1], example) == []


def test_schemas_and_tables_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = tmp_path / "guide.md"
    guide.write_text("a\n<!-- keys: rules -->\nold\n<!-- end -->\nb\n")
    write(tmp_path, guide)
    assert guide.read_text("utf-8").startswith("a\n<!-- keys: rules -->\n| key |")
    assert guide.read_text("utf-8").endswith(" |\n<!-- end -->\nb\n")
    once = guide.read_bytes()
    monkeypatch.setattr(sys, "argv", ["monitor.schema", str(tmp_path), str(guide)])
    monkeypatch.delitem(sys.modules, "monitor.schema")  # as in a process of its own
    runpy.run_module("monitor.schema", run_name="__main__")
    assert guide.read_bytes() == once
    written = {
        path.name.replace(".schema.json", ".yaml") for path in (tmp_path / "schema").iterdir()
    }
    assert written == {*NAMES, "profile.yaml", "concepts.yaml", "article.yaml"}
