"""The ladder that topics/__init__.py writes down holds for every import."""

import ast
import re
from pathlib import Path

import pytest

import topics

ROOT = Path(topics.__file__).parent
FILES = {path: path.relative_to(ROOT).parts[0].removesuffix(".py") for path in ROOT.rglob("*.py")}
ROWS = re.findall(r"^[1-4]\. \w+ (.*?)(?=^\d\. )", topics.__doc__, re.MULTILINE | re.DOTALL)
ORDER = [name for row in ROWS for name in re.findall(r"\w+", row) if name in FILES.values()]
READER = [path for path in FILES if re.match("views|templatetags|urls|portal", FILES[path]) and path.stem != "admin"]


def imported(path):
    """Full names of what runs with a file; imports for type checkers alone do not count."""
    tree = ast.parse(path.read_text())
    typing = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)]
    unseen = [inner for node in typing for part in node.body for inner in ast.walk(part)]
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) and node not in unseen]
    return {f"{getattr(node, 'module', '')}.{alias.name}".strip(".") for node in found for alias in node.names}


STEPS = {path: {name.split(".")[1] for name in imported(path) if name.startswith("topics.")} for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_the_ladder_names_before_it(path):
    name = FILES[path]
    assert name not in ORDER or STEPS[path] <= {name, *ORDER[: ORDER.index(name)]}
    assert path not in READER or STEPS[path].isdisjoint(ORDER[ORDER.index("workflow") :])
    assert not any(full.startswith("mbc_site") for full in imported(path))


PURE = [path for path in FILES if FILES[path] in ORDER[: ORDER.index("models")]]


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_pure_module_knows_no_database_no_request_and_no_settings(path):
    assert not re.search(r"django\.(db|http|conf|shortcuts)", path.read_text())
