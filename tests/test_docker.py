"""The image and the compose file, as far as they can be tried without Docker.

The install steps of the image's first stage are taken from the Dockerfile and run for real, in a
fresh virtual environment, on exactly the files that it copies.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from monitor import __version__
from monitor.fields import parse_duration
from monitor.work.service import GRACE
from monitor.yamlfile import read_yaml
from tests.commandline import check_call

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Stage:
    image: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)  # (instruction, arguments)

    def all(self, instruction: str) -> list[str]:
        return [text for found, text in self.steps if found == instruction]

    def last(self, instruction: str) -> str:
        return self.all(instruction)[-1]


def read_dockerfile(text: str) -> list[Stage]:
    stages: list[Stage] = []
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        instruction, _, rest = line.partition(" ")
        if instruction == "FROM":
            image, _, name = rest.partition(" AS ")
            stages.append(Stage(image, name))
        elif instruction:
            stages[-1].steps.append((instruction, " ".join(rest.split())))
    return stages


STAGES = read_dockerfile((ROOT / "Dockerfile").read_text("utf-8"))
BUILD, FINAL = STAGES
COMPOSE: dict[str, Any] = read_yaml(
    (ROOT / "docker-compose.yml").read_text("utf-8"), "docker-compose.yml"
).data
SERVICES = COMPOSE["services"]
MONITOR = SERVICES["monitor"]


# --- the image ----------------------------------------------------------------------------------


def test_the_image_is_slim_and_its_user_is_not_root() -> None:
    assert re.fullmatch(r"python:3\.\d+-slim\S*", FINAL.image)
    assert BUILD.image == FINAL.image  # the virtual environment points at the Python it was made by
    uid = int(FINAL.last("USER"))
    assert uid > 0
    assert f"--uid {uid} " in " ".join(FINAL.all("RUN"))


def test_nothing_is_built_or_installed_in_the_end() -> None:
    assert not re.search(r"\b(apt|apt-get|apk|pip|gcc|g\+\+|make|build-essential)\b", str(FINAL))
    copied = [shlex.split(text) for text in FINAL.all("COPY")]
    assert ["--from=build", "/opt/monitor", "/opt/monitor"] in copied
    assert len(FINAL.all("RUN")) == 1  # one layer


def test_data_lies_in_the_volume() -> None:
    """A relative path of the configuration starts at the folder that holds config/."""
    home = FINAL.last("WORKDIR")
    assert f"config {home}/config" in FINAL.all("COPY")
    assert FINAL.last("VOLUME") == f"{home}/data"
    assert f"{home}/data" in FINAL.last("RUN")  # made before, so that it is not root's


def test_the_container_runs_a_command_that_exists() -> None:
    call = json.loads(FINAL.last("ENTRYPOINT")) + json.loads(FINAL.last("CMD"))
    assert check_call(call) == "monitor run"
    assert FINAL.last("STOPSIGNAL") == "SIGTERM"


def sent_to_the_builder() -> set[Path]:
    """The files that .dockerignore lets in."""
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    first, *rules = [line for line in ignored if not line.startswith("#")]
    assert (first, rules.pop()) == ("*", "**/__pycache__")
    found = {path for rule in rules for path in ROOT.glob(rule.removeprefix("!"))}
    found |= {below for path in found for below in path.rglob("*")}
    return {path for path in found if path.is_file() and "__pycache__" not in path.parts}


def test_the_builder_is_sent_what_is_copied_and_no_more() -> None:
    sent = {path.relative_to(ROOT) for path in sent_to_the_builder()}
    copied = [shlex.split(text)[:-1] for stage in STAGES for text in stage.all("COPY")]
    needed = {Path(path) for paths in copied if "--from=build" not in paths for path in paths}
    for path in needed:
        assert any(path in (file, *file.parents) for file in sent), f"{path} is not sent"
    for file in sent:
        assert needed & {file, *file.parents}, f"{file} is sent and not used"


def test_a_secret_beside_the_configuration_stays_here() -> None:
    config = ROOT / "config"
    assert {path.suffix for path in sent_to_the_builder() if config in path.parents} == {
        ".yaml",
        ".json",
    }


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs that the first stage leaves behind, made by its own steps."""
    root = tmp_path_factory.mktemp("image")
    source, target = root / "src", root / "opt"
    tools = root / "tools"
    for folder in (source, target, tools):
        folder.mkdir()
    for name, command in {"python": "", "pip": " -m pip"}.items():
        tool = tools / name
        tool.write_text(f'#!/bin/sh\nexec "{sys.executable}"{command} "$@"\n', "utf-8")
        tool.chmod(0o755)
    env = clean_env() | {"PATH": f"{tools}:{os.environ['PATH']}", "PIP_NO_COMPILE": "1"}
    sent = sent_to_the_builder()
    for instruction, text in BUILD.steps:
        if instruction == "COPY":
            *paths, where = shlex.split(text)
            for path in paths:
                copy(ROOT / path, source / (path if where == "./" else where), sent)
        elif instruction == "RUN":
            # The download cache only saves time; the image does without to be small.
            line = text.replace("/opt/", f"{target}/").replace("--no-cache-dir ", "")
            run(["sh", "-euc", line], cwd=source, env=env)
    return target / "monitor" / "bin"


def clean_env() -> dict[str, str]:
    """Without what would let the checkout, or a configuration of the tester, shine through."""
    hidden = ("COVERAGE", "PYTHON", "MONITOR", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(hidden)}


def copy(path: Path, target: Path, sent: set[Path]) -> None:
    for file in sent:
        if path in (file, *file.parents):
            place = target / file.relative_to(path)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, place)


def run(command: list[str], cwd: Path, env: dict[str, str] | None = None) -> str:
    """What a command prints. Both streams stand in the failure's message."""
    done = subprocess.run(
        command, cwd=cwd, env=env or clean_env(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_install_steps_give_a_program_that_works_alone(installed: Path, tmp_path: Path) -> None:
    monitor = str(installed / "monitor")
    assert run([monitor, "--version"], tmp_path) == f"monitor {__version__}\n"
    assert "wrote config/rules.yaml" in run([monitor, "init"], tmp_path)
    assert "in order" in run([monitor, "check"], tmp_path)
    assert "sqlite" in run([monitor, "db", "status"], tmp_path)


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("config", "config"),
        ("demo", "samples/demo"),
        ("pages", "samples/pages"),
        ("site", "samples/site"),
    ],
)
def test_the_wheel_carries_what_ships(
    name: str, original: str, installed: Path, tmp_path: Path
) -> None:
    line = f"from monitor.app import shipped; print(shipped({name!r}, ''))"
    shipped = Path(run([str(installed / "python"), "-c", line], tmp_path).strip())
    assert installed.parent in shipped.parents
    assert files(shipped) == files(ROOT / original)


def files(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


# --- the compose file ---------------------------------------------------------------------------


def test_the_compose_file_is_one() -> None:
    vendored = resources.files("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json"
    schema = json.loads(vendored.read_text("utf-8"))
    checker = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in checker.iter_errors(COMPOSE)] == []


def test_what_services_name_is_there() -> None:
    for service in SERVICES.values():
        assert ("build" in service) != ("image" in service)
        assert set(service.get("depends_on", ())) <= SERVICES.keys()
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / source).exists(), volume


def test_foreign_images_are_pinned() -> None:
    for service in SERVICES.values():
        if "image" in service:
            assert re.search(r":v?\d+\.\d+", service["image"])


def test_no_port_is_published_beyond_this_machine() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_the_configuration_is_mounted_read_only_and_data_in_a_volume() -> None:
    home = FINAL.last("WORKDIR")
    assert MONITOR["volumes"] == [f"./config:{home}/config:ro", f"data:{FINAL.last('VOLUME')}"]
    assert "data" in COMPOSE["volumes"]


def test_the_monitor_has_no_rights_that_it_does_not_need() -> None:
    assert MONITOR["read_only"] is True
    assert MONITOR["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in MONITOR["security_opt"]
    assert "privileged" not in MONITOR


def test_the_monitor_has_time_to_stop() -> None:
    assert parse_duration(MONITOR["stop_grace_period"]).total_seconds() > 2 * GRACE


def test_the_health_check_is_a_command_that_exists() -> None:
    first, *call = MONITOR["healthcheck"]["test"]
    assert first == "CMD"
    assert check_call(call) == "monitor db status"


def test_every_variable_is_explained() -> None:
    asked = set(re.findall(r"\$\{(\w+)", json.dumps(COMPOSE)))
    example = (ROOT / ".env.example").read_text("utf-8")
    assert asked == set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    assert all(re.search(r"\$\{\w+:-", value) for value in MONITOR["environment"].values())
