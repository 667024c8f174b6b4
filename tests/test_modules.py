"""The package's own description of its modules holds: all are named, each imports from above."""

import ast
import re

import slm_analysis
from slm_analysis.project import HOME

ORDER = re.findall(r"``(\w+)``", slm_analysis.__doc__)


def imported(module: str) -> set[str]:
    """Names of the package's modules that one module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((HOME / "slm_analysis" / f"{module}.py").read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "slm_analysis":
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("slm_analysis."):
            names.add(node.module.removeprefix("slm_analysis."))
    return names & set(ORDER)


def test_every_module_is_named_once():
    files = {path.stem for path in (HOME / "slm_analysis").glob("*.py")} - {"__init__"}
    assert sorted(ORDER) == sorted(files)


def test_imports_run_in_one_direction():
    upward = [
        (module, name)
        for position, module in enumerate(ORDER)
        for name in imported(module)
        if name not in ORDER[:position]
    ]
    assert upward == []
