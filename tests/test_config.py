"""The three files together: what is loaded, and every mistake with its line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.config import Config, init_config, load_config, load_settings
from monitor.discover import SOURCE_KINDS
from monitor.errors import ConfigError, Problem

ROOT = Path(__file__).parent.parent
BAD = ROOT / "samples" / "bad-config"
MISTAKES = sorted(BAD.glob("*.yaml"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good configuration, to be spoilt."""
    return Path(shutil.copytree(BAD / "good", tmp_path / "config"))


def messages(folder: Path, env: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_config(folder, env or {})
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def load(folder: Path, text: str, env: dict[str, str] | None = None) -> Config:
    (folder / "monitor.yaml").write_text(text, "utf-8")
    (folder / "rules.yaml").write_text("{}", "utf-8")
    return load_config(folder, env or {})


MAIL = """
channels:
  mail:
    kind: email
    host: localhost
    port: ${PORT:-25}
    password: PASSWORD
    sender: monitor@example.org
    to: [you@example.org]
"""


# --- every mistake in samples/bad-config --------------------------------------------------------


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_a_mistake_has_its_message(path: Path, folder: Path) -> None:
    name = path.name.partition("-")[0] + ".yaml"
    shutil.copy(path, folder / name)
    lines = path.read_bytes().decode("utf-8", "replace").splitlines()
    expected = [line.removeprefix("# expect: ") for line in lines if line.startswith("# expect: ")]
    assert expected
    colon = [":" if message[0].isdigit() else ": " for message in expected]
    wanted = [f"{name}{sign}{text}" for sign, text in zip(colon, expected, strict=True)]
    assert messages(folder) == wanted


def test_there_are_many_mistakes_and_the_companions_are_good(folder: Path) -> None:
    assert len(MISTAKES) >= 30
    assert len(load_config(folder, {}).sources) == 1


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_no_message_holds_a_secret(path: Path) -> None:
    head = [line for line in path.read_bytes().split(b"\n") if line.startswith(b"# expect")]
    for secret in (b"hunter2", b"correct horse", b"bm90IGEg", b"20260914", b"T0000"):
        assert not any(secret in line for line in head)


# --- folders and files --------------------------------------------------------------------------


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such folder: `monitor init` writes a first one"):
        load_config(tmp_path / "none", {})


def test_all_files_are_missing(tmp_path: Path) -> None:
    assert messages(tmp_path) == [
        f"{name}: no such file: `monitor init` writes a first one"
        for name in ("monitor.yaml", "sources.yaml", "rules.yaml")
    ]


def test_a_folder_where_a_file_should_be(folder: Path) -> None:
    (folder / "rules.yaml").unlink()
    (folder / "rules.yaml").mkdir()
    assert messages(folder) == ["rules.yaml: not readable: Is a directory"]


def test_mistakes_of_all_files_in_their_order(folder: Path) -> None:
    (folder / "monitor.yaml").write_text("web: {port: 1}\nchannels: {screen: {kind: console}}\n")
    (folder / "sources.yaml").write_text("sources: {a: {}}\n")
    (folder / "rules.yaml").write_text("rules: {a: {query: '(', channels: [sceren]}}\n")
    assert messages(folder) == [
        "monitor.yaml:1: web.port: unknown key, allowed: listen",
        "sources.yaml:1: sources.a.kind: required, but missing, allowed: feed, json, page, sitemap",
        "rules.yaml:1: rules.a.query: this parenthesis is never closed: add )"
        " (at character 1: “(”)",
        "rules.yaml:1: rules.a.channels.0: 'sceren' is not a channel of monitor.yaml,"
        " did you mean screen? allowed: screen",
    ]


def test_rules_are_held_against_channels_only_where_these_can_be_read(folder: Path) -> None:
    (folder / "monitor.yaml").unlink()
    assert messages(folder) == ["monitor.yaml: no such file: `monitor init` writes a first one"]


def test_channels_that_a_mistake_may_hide_are_not_missed_in_rules(folder: Path) -> None:
    (folder / "rules.yaml").write_text("rules: {a: {query: x, channels: [screen]}}\n")
    (folder / "monitor.yaml").write_text("chanels: {screen: {kind: console}}\n")
    (message,) = messages(folder)
    assert message.startswith("monitor.yaml:1: chanels: unknown key, did you mean channels?")
    (folder / "monitor.yaml").write_text("{}\n")
    (message,) = messages(folder)
    assert message.endswith("'screen' is not a channel of monitor.yaml, allowed: none")


def test_a_rule_that_goes_on_to_nobody_else(folder: Path) -> None:
    (folder / "monitor.yaml").write_text(
        "channels: {screen: {kind: console}, file: {kind: file, path: x}}\n"
    )
    rules = (
        "defaults: {channels: [screen], escalate: {after: 1h, to: [file]}}\n"
        "rules:\n"
        "  a: {query: x, escalate: {after: 1h, to: [screen]}}\n"
        "  b: {query: x, escalate: {after: 1h, to: [screen, file]}}\n"
        "  c: {query: x, channels: [file]}\n"
    )
    (folder / "rules.yaml").write_text(rules)
    assert messages(folder) == [
        "rules.yaml:3: rules.a.escalate.to: the rule tells these channels anyway,"
        " allowed: at least one other"
    ]


def test_a_wrong_shortest_interval_is_told_once(folder: Path) -> None:
    (folder / "monitor.yaml").write_text(
        "fetch: {min_interval: x}\nchannels: {screen: {kind: console}}"
    )
    (folder / "sources.yaml").write_text(
        "sources: {a: {kind: page, url: 'https://a.example/', interval: 1s}}"
    )
    assert messages(folder) == [
        "monitor.yaml:1: fetch.min_interval: 'x': not a length of time,"
        " allowed: 90s, 30m, 6h, 2d or 1w"
    ]


# --- what is loaded -----------------------------------------------------------------------------


def test_sources_and_rules_get_their_names(folder: Path) -> None:
    (folder / "rules.yaml").write_text(
        "defaults: {channels: [screen]}\n"
        "rules:\n"
        "  a: {query: Laos}\n"
        "  b: {query: Laos, channels: [archive], corrections: false, name: B}\n"
        "  c: {query: Laos, channels: []}\n"
        "  d: {query: Laos, enabled: false}\n"
    )
    config = load_config(folder, {})
    assert [source.id for source in config.sources] == ["kpl"]
    assert [(rule.id, rule.channels, rule.corrections) for rule in config.rules] == [
        ("a", ("screen",), True),
        ("b", ("archive",), False),
        ("c", (), True),
    ]
    assert config.rules[1].label == "B"
    assert sorted(config.channels) == ["archive", "screen"]
    assert config.home == folder.parent


def test_empty_sections_and_files_that_say_so(folder: Path) -> None:
    (folder / "sources.yaml").write_text("sources:\n  # all commented out\n")
    config = load(folder, "\ufefffetch:\nchannels:\n")
    assert (config.sources, config.rules, dict(config.channels)) == ((), (), {})


def test_variables(folder: Path) -> None:
    text = MAIL.replace("PASSWORD", "$${a}${P}").replace(
        "[you@example.org]", "['${WHO:-you}@example.org']"
    )
    config = load(folder, text, {"PORT": "2525", "P": "ß", "WHO": ""})
    mail = config.channels["mail"].model_dump()
    assert (mail["port"], mail["to"]) == (2525, ("you@example.org",))
    assert mail["password"].get_secret_value() == "${a}ß"


def test_a_secret_from_a_file(folder: Path) -> None:
    (folder / "smtp.txt").write_text(" pass word \n")
    config = load(folder, MAIL.replace("PASSWORD", "file:smtp.txt"))
    assert config.channels["mail"].model_dump()["password"].get_secret_value() == "pass word"


@pytest.mark.parametrize(
    ("line", "env"),
    [
        ("password: ${P}", {"P": "file:hunter2"}),
        ("port: ${P}", {"P": "hunter2"}),
        ("kind: ${P}", {"P": "hunter2"}),
        ("security: ${P}", {"P": "hunter2"}),
        ("password: [hunter2]", {}),
        ("password: {hunter2: x}", {}),
        ("password: *hunter2", {}),
        ("password: !hunter2 x", {}),
        ("password: 'hunter2", {}),
        ("password: file:${P}", {"P": "hunter2"}),
        ("password: ${P:-file:hunter2}", {}),
    ],
)
def test_what_a_variable_or_a_secret_holds_is_never_told(
    folder: Path, line: str, env: dict[str, str]
) -> None:
    key = line.partition(":")[0]
    lines = [f"    {line}" if f" {key}:" in text else text for text in MAIL.splitlines()]
    if key == "security":
        lines.append(f"    {line}")
    (folder / "monitor.yaml").write_text("\n".join(lines))
    (folder / "rules.yaml").write_text("{}")
    told = messages(folder, env)
    assert told
    assert all("hunter2" not in message for message in told)
    with pytest.raises(ConfigError) as caught:
        load_config(folder, env)
    assert caught.value.__cause__ is None or "hunter2" not in str(caught.value.__cause__.args)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fetch: {max_bytes: .inf}", "fetch.max_bytes: '.inf', allowed: a whole number"),
        ("fetch: {max_bytes: 1e999}", "fetch.max_bytes: inf, allowed: a finite number"),
        (f"fetch: {{per_run: {'9' * 5000}}}", "fetch.per_run: '999"),
        ("fetch: {contact: a}", "fetch.contact: 'a', allowed: at least 3 characters"),
        ("fetch: {contact: true}", "fetch.contact: true, allowed: a text, in quotes"),
        ("fetch: true", "fetch: a single value, allowed: keys with values"),
        ("fetch: {allow: {a: b}}", "fetch.allow: keys with values, allowed: a list"),
        ("channels: {a: {kind: {b: c}}}", "channels.a.kind: keys with values is unknown, allowed:"),
        (
            "topic: Laos AND carried >= 3",
            "topic: carried is for rules alone: the topic, and a query under a name, are settled"
            " when a story is read (at character 10: “carried >= 3”)",
        ),
        ("topic: [a]", "topic: a list, allowed: a text, in quotes"),
        ("store: {url: 'postgresql://h:p/x'}", "store.url: not a database address"),
        (
            "store: {url: 'sqlite:///file:x?mode=memory&uri=true'}",
            "store.url: a database in memory",
        ),
    ],
)
def test_odd_values(folder: Path, text: str, message: str) -> None:
    (folder / "monitor.yaml").write_text(text)
    (folder / "rules.yaml").write_text("{}")
    told = messages(folder)
    assert [one[: len(message) + 16] for one in told] == [f"monitor.yaml:1: {message}"]


@pytest.mark.parametrize("kind", SOURCE_KINDS)
def test_every_key_with_a_few_words_names_them(folder: Path, kind: str) -> None:
    keys = SOURCE_KINDS[kind].model_json_schema()["properties"]
    named = [
        (key, option)
        for key, schema in keys.items()
        for option in [schema, *schema.get("anyOf", ())]
        if key != "kind" and option.keys() & {"const", "enum"}
    ]
    assert {"prefilter", "validators"} <= {key for key, _ in named}
    for key, option in named:
        source = {"kind": kind, "url": "https://x.example/", key: "nonsense"}
        (folder / "sources.yaml").write_text(json.dumps({"sources": {"a": source}}))
        allowed = ", ".join(option.get("enum") or [option["const"]])
        expected = f"sources.yaml:1: sources.a.{key}: 'nonsense', allowed: {allowed}"
        assert expected in messages(folder)


def test_an_alias_stands_for_its_value(folder: Path) -> None:
    config = load(
        folder, "channels:\n  a: &a {kind: file, path: '${X:-x}.jsonl'}\n  b: *a\n", {"X": "y"}
    )
    assert config.channels["a"] == config.channels["b"]


def test_a_query_with_a_variable_is_told_at_its_key(folder: Path) -> None:
    (folder / "rules.yaml").write_text(
        "defaults: {channels: [screen]}\nrules:\n  a:\n    query: >-\n      ${Q}\n      OR (\n"
    )
    assert messages(folder, {"Q": "Laos OR China"}) == [
        "rules.yaml:4: rules.a.query: this parenthesis is never closed: add )"
        " (at character 18: “(”)"
    ]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "sources",
                    "a",
                    "kind",
                    "url",
                    "interval",
                    "channels",
                    "fetch",
                    "rules",
                    "query",
                    "defaults",
                    "id",
                    "topic",
                    "min_interval",
                    "allow",
                    "to",
                    "web",
                    "<<",
                    "a\nb",
                ]
            ),
            inside | st.sampled_from(["page", "feed", "email", "5m", "${X}"]),
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(VALUES, VALUES, VALUES)
def test_whatever_a_file_holds_it_loads_or_is_explained(
    folder: Path, monitor: object, sources: object, rules: object
) -> None:
    for name, value in (("monitor", monitor), ("sources", sources), ("rules", rules)):
        (folder / f"{name}.yaml").write_text(json.dumps(value), "utf-8")
    problems: tuple[Problem, ...] = ()
    try:
        load_config(folder, {})
    except ConfigError as error:
        problems = error.problems
    assert all(problem.message and "\n" not in str(problem) for problem in problems)


# --- init ---------------------------------------------------------------------------------------


def test_init_copies_what_ships(tmp_path: Path) -> None:
    target = tmp_path / "new" / "config"
    written = init_config(ROOT / "config", target)
    assert {path.name for path in written} >= {"monitor.yaml", "rules.schema.json"}
    assert all(path.is_relative_to(target) and path.is_file() for path in written)
    assert load_config(target, {}).rules


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("mine")
    written = {path.name for path in init_config(ROOT / "config", tmp_path)}
    assert {"monitor.yaml", "sources.yaml"} <= written, "what is missing is written"
    assert "rules.yaml" not in written
    assert (tmp_path / "rules.yaml").read_text() == "mine"
    with pytest.raises(ConfigError, match="holds a configuration already: move it away"):
        init_config(ROOT / "config", tmp_path)


def test_settings_alone_can_be_read_beside_a_mistake(tmp_path: Path) -> None:
    init_config(ROOT / "config", tmp_path)
    (tmp_path / "rules.yaml").write_text("rules: [")
    assert load_settings(tmp_path, {}).channels.keys() == {"screen", "archive"}
    (tmp_path / "monitor.yaml").write_text("fetch: {delay: 1}\nstore: {url: '${NOT_SET}'}\n")
    with pytest.raises(ConfigError, match="delay"):
        load_settings(tmp_path, {})
    (tmp_path / "monitor.yaml").write_text("fetch: {contact: '${NOT_SET}'}\n")
    with pytest.raises(ConfigError, match="NOT_SET is not set"):
        load_settings(tmp_path, {})


def test_init_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be written: Not a directory"):
        init_config(ROOT / "config", tmp_path / "file" / "config")
