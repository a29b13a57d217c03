"""The house: which part may know which, what stands in which file, and what never appears.

Read from the source with `ast`, so that nothing has to be imported, and parts to come are held as well.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "alliance"

LADDER = (
    *("core", "wording", "matching", "kit", "journal", "directory", "identity", "schedule", "needs", "claims"),
    *("coverage", "exchange", "initiatives", "graph", "schema", "web", "seed", "upkeep", "app", "cli"),
    "__main__",
)
RUNG = {name: place for place, name in enumerate(LADDER)}
RUNG["app"] = RUNG["cli"] = RUNG["__main__"] = RUNG["upkeep"] + 1  # the top step, one another's neighbours
SLICES = LADDER[LADDER.index("journal") : LADDER.index("graph")]
BESIDE = {"settings": {"core"}, "migrations": set()}  # stand beside the ladder; what they may import

# Inside a slice, low to high; every other file is pure and lowest. `filters` narrow what `reads` make visible, `audit`
# recomputes what is kept; `sealing` and `settle` of the journal are how every action ends, `entrance` how texts enter;
# `importing` and `subscriptions` of the schedule are actions with calendars of others and for others.
STEPS = (
    *("tables", "sealing", "settle", "entrance", "filters", "reads", "audit", "actions"),
    *("importing", "subscriptions"),
)
HOLD_ACTIONS = frozenset({"actions", "importing", "subscriptions"})
TOUCH_THE_DATABASE = frozenset(STEPS)
ASYNC_BESIDES = frozenset({"passwords"})  # hashing takes a tenth of a second and runs in threads; no database

DRAWN_IN = {  # outside of the ladder and the standard library
    "core": set(),
    "wording": {"rapidfuzz", "opencc", "pypinyin", "numpy"},
    "matching": {"rapidfuzz", "opencc", "pypinyin", "numpy", "scipy", "highspy", "ortools"},
}
NEEDS_NO_OTHER = {"core": {"core"}, "wording": {"core", "wording"}, "matching": {"core", "wording", "matching"}}
# checks of numbers, calendars, words, hashes
IN_PURE_FILES = {"stdnum", "dateutil", "icalendar", "recurring_ical_events", "rapidfuzz", "argon2"}
NO_HOME = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "service", "services", "misc"}
TOP_LEVEL = {"pyproject.toml", "README.md", "alliance", "schema.graphql", "fixtures", "tests"}


class Module:
    """One source file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.relative_to(ROOT).with_suffix("").as_posix()
        self.parts = self.name.split("/")[1:]
        self.tree = ast.parse(path.read_text("utf8"))

    def __repr__(self) -> str:
        return self.name

    @property
    def part(self) -> str:
        """Its place on the ladder: the package, or the file at the top of `alliance`."""
        return self.parts[0]

    @property
    def file(self) -> str:
        """The file without its suffix."""
        return self.parts[-1]

    @property
    def is_pure(self) -> bool:
        """True for a file that touches neither database nor clock."""
        return self.part in {"core", "wording", "matching"} or (
            self.part in SLICES and self.file not in TOUCH_THE_DATABASE | ASYNC_BESIDES
        )

    def imports(self) -> Iterator[tuple[ast.stmt, str]]:
        """Every import with the dotted name of the module that is asked for, but those for type checkers."""
        lazy = {id(inner) for node in ast.walk(self.tree) if is_for_type_checkers(node) for inner in ast.walk(node)}
        for node in ast.walk(self.tree):
            if id(node) in lazy:
                continue
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self}: imports are absolute"
                yield from ((node, named(str(node.module), alias.name)) for alias in node.names)

    def own_imports(self) -> Iterator[list[str]]:
        """The parts of each import of this project: `alliance.needs.reads` as `[needs, reads]`."""
        for _, name in self.imports():
            if name.split(".")[0] == "alliance" and name != "alliance":
                yield name.split(".")[1:]


def is_for_type_checkers(node: ast.AST) -> bool:
    """True for `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def named(module: str, name: str) -> str:
    """The module that `from module import name` asks for."""
    path = ROOT / module.replace(".", "/")
    return f"{module}.{name}" if (path / f"{name}.py").exists() or (path / name).is_dir() else module


@cache
def modules() -> tuple[Module, ...]:
    """Every source file of the house, migrations aside: those are written by a machine."""
    paths = sorted(HOUSE.rglob("*.py"))
    return tuple(Module(path) for path in paths if path.parts[-2] != "migrations" and path != HOUSE / "__init__.py")


def every(*parts: str) -> list[Module]:
    """The modules of some parts; of all where none is named."""
    return [module for module in modules() if not parts or module.part in parts]


def slice_modules() -> list[Module]:
    """The modules of the slices."""
    return every(*SLICES)


@pytest.mark.parametrize("module", every(), ids=repr)
def test_a_module_imports_only_its_own_rung_and_lower_ones(module: Module) -> None:
    if module.part in BESIDE:
        allowed = BESIDE[module.part] | {module.part}
        assert {parts[0] for parts in module.own_imports()} <= allowed
        return
    assert module.part in RUNG, f"{module.part} has no place on the ladder"
    for parts in module.own_imports():
        assert parts[0] == "settings" or RUNG[parts[0]] <= RUNG[module.part], f"{module} imports {'.'.join(parts)}"


@pytest.mark.parametrize("module", every("web"), ids=repr)
def test_a_page_cannot_go_past_the_schema(module: Module) -> None:
    assert {parts[0] for parts in module.own_imports()} <= {"web", "schema", "kit", "core", "settings"}


@pytest.mark.parametrize("module", every("core", "wording", "matching"), ids=repr)
def test_the_lowest_rungs_import_what_the_design_names_and_nothing_else(module: Module) -> None:
    for _, name in module.imports():
        first = name.split(".")[0]
        if first == "alliance":
            assert name.split(".")[1] in NEEDS_NO_OTHER[module.part], f"{module} imports {name}"
        else:
            assert first in sys.stdlib_module_names | DRAWN_IN[module.part], f"{module} imports {name}"


@pytest.mark.parametrize("module", every(), ids=repr)
def test_nothing_is_imported_inside_a_function(module: Module) -> None:
    for function in ast.walk(module.tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = [node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
            assert not inside, f"{module}, line {inside[0].lineno}"


@pytest.mark.parametrize("module", every(), ids=repr)
def test_only_the_face_names_types_above_it_and_only_for_type_checkers(module: Module) -> None:
    lazy = [node for node in ast.walk(module.tree) if is_for_type_checkers(node)]
    assert not lazy or module.part == "graph"


def step(file: str) -> int:
    """How high a file stands inside its slice."""
    return STEPS.index(file) + 1 if file in STEPS else 0


@pytest.mark.parametrize("module", slice_modules(), ids=repr)
def test_inside_a_slice_pure_files_come_first_then_tables_reads_and_actions(module: Module) -> None:
    for parts in module.own_imports():
        if parts[0] == module.part and len(parts) > 1:
            assert step(parts[1]) <= step(module.file), f"{module} imports {'.'.join(parts)}"


@pytest.mark.parametrize("module", [module for module in modules() if module.is_pure], ids=repr)
def test_a_pure_file_has_no_database_no_clock_and_waits_for_nothing(module: Module) -> None:
    for node in ast.walk(module.tree):
        assert not isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith), f"{module}: async"
    for _, name in module.imports():
        parts = name.split(".")
        if parts[0] == "alliance":
            assert parts[-1] not in TOUCH_THE_DATABASE, f"{module} imports {name}"
            assert parts[1:3] not in (["kit", "clock"], ["kit", "database"], ["kit", "gql"]), f"{module} imports {name}"
        elif module.part in SLICES:
            assert parts[0] in sys.stdlib_module_names | IN_PURE_FILES, f"{module} imports {name}"


@pytest.mark.parametrize("module", every("core", "wording", "matching", "graph", "schema", "web"), ids=repr)
def test_neither_the_words_below_nor_the_face_above_build_queries(module: Module) -> None:
    assert not [name for _, name in module.imports() if name.split(".")[0] == "tortoise"]


def tables() -> dict[str, str]:
    """The slice of each model, by the model's name."""
    return {
        node.name: module.part
        for module in modules()
        if module.file == "tables"
        for node in module.tree.body
        if isinstance(node, ast.ClassDef)
    }


def relations() -> Iterator[tuple[Module, str]]:
    """Every model that is referred to by its name: `reference("Need")`, `"alliance.Need"`."""
    for module in modules():
        if module.file != "tables":
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if found := re.fullmatch(r"alliance\.(\w+)", node.value):
                    yield module, found[1]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "reference":
                assert isinstance(node.args[0], ast.Constant)
                yield module, str(node.args[0].value)


def test_foreign_keys_point_to_their_own_slice_or_a_lower_one() -> None:
    found = list(relations())
    known = tables()
    assert found
    for module, model in found:
        assert RUNG[known[model]] <= RUNG[module.part], f"{module} refers to {model}"


def test_the_names_of_models_are_given_once() -> None:
    names = [
        node.name
        for module in modules()
        if module.file == "tables"
        for node in module.tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("module", every(), ids=repr)
def test_a_module_opens_with_a_sentence_that_helps_to_find_it(module: Module) -> None:
    docstring = ast.get_docstring(module.tree)
    assert docstring, f"{module} has no docstring"
    assert docstring.splitlines()[0].rstrip()[-1] in ".:?", f"{module}: {docstring.splitlines()[0]}"


INITS = [module for module in modules() if module.file == "__init__" and module.part != "cli"]


@pytest.mark.parametrize("module", INITS, ids=repr)
def test_the_init_of_a_part_holds_its_docstring_and_nothing_else(module: Module) -> None:
    assert len(module.tree.body) == 1


@pytest.mark.parametrize("module", every(), ids=repr)
def test_a_module_has_a_better_name_than_what_has_no_home(module: Module) -> None:
    assert not NO_HOME & {word for part in module.parts for word in part.split("_")}


def begins_with_allow(function: ast.AsyncFunctionDef) -> bool:
    """True when the first statement after the docstring asks for the permission."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return bool(body) and is_call(body[0], "allow")


def is_call(node: ast.stmt, name: str) -> bool:
    """True for the statement `name(…)`."""
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == name


def decorators(function: ast.AsyncFunctionDef) -> set[str]:
    """The names of a function's decorators."""
    calls = (node.func if isinstance(node, ast.Call) else node for node in function.decorator_list)
    return {node.id for node in calls if isinstance(node, ast.Name)}


def deeds() -> list[tuple[str, ast.AsyncFunctionDef]]:
    """Every public function of a file of actions that waits for the database."""
    return [
        (f"{module.name}.{node.name}", node)
        for module in modules()
        if module.file in HOLD_ACTIONS and module.part in SLICES
        for node in module.tree.body
        if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_")
    ]


@pytest.mark.parametrize(("name", "function"), deeds(), ids=[name for name, _ in deeds()])
def test_an_action_that_asks_for_permission_names_its_refusals_and_only_such_does(
    name: str, function: ast.AsyncFunctionDef
) -> None:
    if begins_with_allow(function):
        assert "refuses" in decorators(function), f"{name} does not say what it refuses"
        assert ast.get_docstring(function), f"{name} does not say what it does"


def test_deeds_are_found() -> None:
    assert len([name for name, function in deeds() if begins_with_allow(function)]) > 10


def entries() -> set[str]:
    """What stands at the top level: what is under version control, or all of it where there is none."""
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    listed = [path.split("/")[0] for path in listing.stdout.splitlines()] if listing.returncode == 0 else []
    return set(listed or (path.name for path in ROOT.iterdir() if path.suffix != ".egg-info"))


def test_the_top_level_holds_exactly_these() -> None:
    assert {name for name in entries() if not name.startswith(".")} - TOP_LEVEL == set()
    assert {name for name in TOP_LEVEL if not (ROOT / name).exists()} == set()
