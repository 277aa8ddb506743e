"""docs/architecture.md is the law: imports, purity, size, and that it names what is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "monitor"
PICTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")

LONGEST_FILE, LONGEST_FUNCTION, MOST_ARE_BELOW = 400, 60, 150

# The one room that a library is for. Types of SQLAlchemy may be named by those who pass them on.
FRAMEWORKS = {
    "httpx": {"fetch"},
    "httpcore": {"fetch"},
    "aiosmtplib": {"deliver"},
    "apprise": {"deliver"},
    "requests": {"deliver"},
    "urllib3": {"deliver"},
    "alembic": {"store"},
    "apscheduler": {"work"},
    "watchfiles": {"work"},
    "aiohttp": {"fetch", "web"},
    "feedparser": {"discover"},
    "bs4": {"discover"},
    "lxml": {"discover", "opml", "parse"},
    "ruamel": {"edit"},
    "cssselect": {"parse"},
    "typer": {"cli"},
    "rich": {"cli", "demo"},
    "sqlalchemy": {"store", "settings", "app", "demo"},  # settings reads an address; types else
    "yaml": {"yamlfile"},
    "Stemmer": {"match"},
    "ahocorasick_rs": {"match"},
    "opencc": {"match"},
}
OUTSIDE = {
    *("asyncio", "http", "logging", "multiprocessing", "os", "pathlib", "shutil", "smtplib"),
    *("socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "urllib.request"),
    *FRAMEWORKS.keys() - {"ruamel", "yaml", "Stemmer", "ahocorasick_rs", "opencc"},
}
READS_A_FILE = {"fields"}  # the file of a secret; everything else there is pure
CLOCKS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    *("time.time", "time.time_ns", "time.monotonic", "time.perf_counter", "time.localtime"),
}
DICE = {f"random.{name}" for name in ("random", "uniform", "randint", "randrange", "choice")}
ASKS_THE_TIME = {"app", "demo"}  # app passes it on, the demo is the outside world

FUNCTION = re.compile(r"`([\w/]+)\.py:([\w.]+)`")


@dataclass(frozen=True)
class Module:
    path: Path
    name: str  # fetch/client; a room's own file is fetch/__init__

    @property
    def room(self) -> str:
        return self.name.partition("/")[0]

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text("utf-8"))

    @cached_property
    def length(self) -> int:
        return len(self.path.read_text("utf-8").splitlines())

    @cached_property
    def imports(self) -> set[str]:
        """Absolute names of what is imported, wherever in the file."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                whole = module == "monitor"  # from monitor import app
                found |= {f"monitor.{a.name}" for a in node.names} if whole else {module}
        return found

    @property
    def rooms_used(self) -> set[str]:
        used = {name.split(".")[1] for name in self.imports if name.startswith("monitor.")}
        return used - {self.room, "__version__"}

    @property
    def libraries_used(self) -> set[str]:
        return {name.partition(".")[0] for name in self.imports} - {"monitor"}

    def functions(self) -> Functions:
        """Every function and method, with its class before it: ``Fetcher.get``."""
        return _functions(self.tree, "")

    def attributes(self, names: set[str]) -> list[str]:
        """Where one of the dotted ``names`` stands."""
        nodes = (node for node in ast.walk(self.tree) if isinstance(node, ast.Attribute))
        dotted = ((f".{ast.unparse(node)}", node.lineno) for node in nodes)
        ends = tuple(f".{name}" for name in names)
        return [f"line {line}: {text[1:]}" for text, line in dotted if text.endswith(ends)]


Functions = Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]


def _functions(holder: ast.AST, above: str) -> Functions:
    for node in ast.iter_child_nodes(holder):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield above + node.name, node
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _functions(node, f"{above}{node.name}.")


def modules_in(folder: Path) -> list[Module]:
    paths = sorted(folder.rglob("*.py"))
    return [Module(p, p.relative_to(folder).with_suffix("").as_posix()) for p in paths]


MODULES = modules_in(PACKAGE)


def offences(check: Callable[[Module], object], modules: Iterable[Module] = MODULES) -> object:
    """What ``check`` finds in each module, all at once; empty where it finds nothing."""
    return {module.name: found for module in modules if (found := check(module))}


def block(kind: str) -> list[tuple[str, str]]:
    """The lines of a fenced block of the picture, in two columns that two blanks or more part."""
    found = re.search(rf"^```{kind}\n(.*?)^```", PICTURE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/architecture.md has no block {kind}"
    cut = (re.split(r" {2,}", line, maxsplit=1) for line in found[1].splitlines())
    return [(columns[0], columns[1] if len(columns) > 1 else "") for columns in cut]


LAYERS = [(names.split(), about) for names, about in block("layers")]
LEVEL = {room: level for level, (rooms, _) in enumerate(LAYERS) for room in rooms}
PURE = {room for rooms, about in LAYERS for room in rooms if about.startswith("pure")}
VALUES = set(LAYERS[0][0])


# --- imports ------------------------------------------------------------------------------------


def test_every_room_has_its_layer() -> None:
    rooms = {module.room for module in MODULES} - {"__init__", "__main__"}
    assert LEVEL.keys() == rooms
    assert sum(len(names) for names, _ in LAYERS) == len(rooms)


def test_imports_run_one_way() -> None:
    def too_high(module: Module) -> set[str]:
        own = LEVEL.get(module.room, len(LAYERS))  # __main__ stands above all
        return {room for room in module.rooms_used if LEVEL[room] >= own}

    assert offences(too_high) == {}


def test_imports_are_absolute() -> None:
    assert offences(lambda m: {name for name in m.imports if name.startswith(".")}) == {}


def test_a_library_stays_in_its_room() -> None:
    def strays(module: Module) -> set[str]:
        known = module.libraries_used & FRAMEWORKS.keys()
        return {name for name in known if module.room not in FRAMEWORKS[name]}

    assert offences(strays) == {}


# --- purity -------------------------------------------------------------------------------------


def test_the_deciding_rooms_are_pure() -> None:
    assert {"schedule", "match", "alert", "dedupe", "urls"} <= PURE


def test_pure_modules_touch_nothing_outside() -> None:
    def touched(module: Module) -> set[str]:
        found = (module.imports | module.libraries_used) & OUTSIDE
        found |= {call for call in _calls(module) if call in ("open", "print", "input")}
        if module.name == "errors":
            found -= {"logging"}  # contained() logs the traceback
        if module.name == "match/ruleset":
            found -= {"threading"}  # rules change while other threads match
        return found - ({"pathlib"} if module.room in READS_A_FILE else set())

    pure = [module for module in MODULES if module.room in PURE | VALUES]
    assert len(pure) > len(PURE)
    assert offences(touched, pure) == {}


def _calls(module: Module) -> Iterator[str]:
    """The plain names that are called: ``open``, not ``path.open``."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def test_nobody_asks_for_the_time() -> None:
    asking = {module.room for module in MODULES if module.attributes(CLOCKS)}
    assert asking <= ASKS_THE_TIME, offences(lambda module: module.attributes(CLOCKS))


def test_nobody_throws_dice_of_their_own() -> None:
    """``random.Random`` is passed in; the module's own functions share one hidden state."""
    assert offences(lambda module: module.attributes(DICE)) == {}


# --- size and manners ---------------------------------------------------------------------------


def test_files_and_functions_are_short() -> None:
    every = [*MODULES, *modules_in(ROOT / "tests")]
    assert offences(lambda m: m.length * (m.length > LONGEST_FILE), every) == {}
    assert offences(_long_functions, every) == {}
    assert sum(module.length < MOST_ARE_BELOW for module in MODULES) > 0.75 * len(MODULES)


def _long_functions(module: Module) -> set[str]:
    if "migrations/versions" in module.name:  # tables, column by column
        return set()
    lengths = {name: (node.end_lineno or 0) - node.lineno + 1 for name, node in module.functions()}
    return {name for name, length in lengths.items() if length > LONGEST_FUNCTION}


def test_one_place_alone_catches_everything() -> None:
    def catch_all(module: Module) -> set[str]:
        return {
            name
            for name, function in module.functions()
            for node in ast.walk(function)
            if isinstance(node, ast.ExceptHandler) and _catches_everything(node)
        }

    assert offences(catch_all) == {"errors": {"contained"}}


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return bool({"Exception", "BaseException"} & set(re.findall(r"\w+", ast.unparse(handler.type))))


UNWRITTEN = {".coverage", ".env", ".git"}  # the last is a file in a work tree beside the first one


def written_here() -> Iterator[Path]:
    """Whatever people write and read: code, tests, documents, configuration, tools."""
    folders = ("monitor", "tests", "docs", "config", "samples/demo", "samples/bad-config", ".ci")
    kinds = {".py", ".md", ".yaml", ".yml", ".j2", ".json", ".toml", ".txt", ""}
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    for path in [*paths, *ROOT.iterdir()]:
        if path.is_file() and path.suffix in kinds and path.name not in UNWRITTEN:
            yield path


def test_nothing_is_left_to_do_and_no_machine_shines_through() -> None:
    unwanted = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b|/(?:root|home|Users|work)/\w")
    found = {
        f"{path.relative_to(ROOT)}: {hit[0]}"
        for path in written_here()
        for hit in unwanted.finditer(path.read_bytes().decode("utf-8", "replace"))
    }
    assert found == set()


# --- the picture --------------------------------------------------------------------------------


def rooms_named() -> set[str]:
    """The modules of the picture's list of rooms: ``fetch/client`` …"""
    named: set[str] = set()
    room = ""
    for head, about in block("rooms"):
        room = head if head.endswith("/") else "" if head else room
        if room:
            named.add(f"{room}__init__")
            listed = [part.partition(":")[0] for part in about.split(";")]
            named |= {room + name for names in listed for name in names.split()}
        else:
            named |= set(head.split())
    return named


def test_the_list_of_rooms_is_whole() -> None:
    assert rooms_named() == {module.name for module in MODULES}


@pytest.mark.parametrize(("file", "name"), FUNCTION.findall(PICTURE))
def test_what_the_picture_names_is_there(file: str, name: str) -> None:
    module = next(module for module in MODULES if module.name == file)
    classes = {node.name for node in module.tree.body if isinstance(node, ast.ClassDef)}
    assert name in {name for name, _ in module.functions()} | classes


def test_the_way_of_one_story_is_walked_step_by_step() -> None:
    steps = [int(step) for step in re.findall(r"^\| (\d+) \|", PICTURE, re.MULTILINE)]
    assert steps == list(range(1, len(steps) + 1))
    assert len(FUNCTION.findall(PICTURE)) > len(steps) > 10


def test_the_picture_is_short() -> None:
    assert len(PICTURE.splitlines()) <= 150
