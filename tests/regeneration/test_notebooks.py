"""The committed notebooks: thin, executed, silent on stderr, and the same when run again."""

import ast
import json
import re
import subprocess
import sys

import pytest

from slm_analysis.project import HOME
from slm_analysis.regeneration.fingerprints import BESIDE

pytestmark = pytest.mark.slow

NOTEBOOKS = sorted((HOME / "notebooks").glob("[0-9]*.ipynb"))


def cells(path, kind):
    return [
        cell
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == kind
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestEach:
    def test_defines_nothing(self, path):
        for cell in cells(path, "code"):
            tree = ast.parse("".join(cell["source"]))
            assert not any(
                isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)
                for node in ast.walk(tree)
            )

    def test_imports_nothing_that_its_fingerprint_leaves_out(self, path):
        text = "\n".join("".join(cell["source"]) for cell in cells(path, "code"))
        assert not re.search(rf"slm_analysis\W+({'|'.join(BESIDE)})\b", text)

    def test_is_executed_in_order_and_silent_on_stderr(self, path):
        code = cells(path, "code")
        assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
        streams = [o.get("name") for cell in code for o in cell["outputs"]]
        assert "stderr" not in streams

    def test_has_documented_parameters(self, path):
        tagged = [c for c in cells(path, "code") if "parameters" in c["metadata"].get("tags", [])]
        assert len(tagged) == 1
        how, *lines = "".join(tagged[0]["source"]).splitlines()
        assert re.fullmatch(rf"# .+ python -m slm_analysis run {path.stem}( -p \S+=\S+)+", how)
        for line in lines:
            assert re.fullmatch(r'(\w+ = "[^"]+"  )?# .+', line)

    def test_every_image_has_alt_text(self, path):
        for cell in cells(path, "code"):
            for output in cell["outputs"]:
                if "image/png" in output.get("data", {}):
                    assert len(output["metadata"]["image/png"]["alt"]) > 40

    def test_tells_nothing_of_the_machine(self, path):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"/(home|root|Users|tmp|work)/", text)
        assert set(json.loads(text)["metadata"]) == {"kernelspec", "language_info"}

    def test_gives_the_same_outputs_when_run_again(self, path, tmp_path):
        """A checker of its own process, so that it can be replaced (nbval)."""
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "--nbval",
                "-q",
                "-p",
                "no:cacheprovider",
                "-c",
                "/dev/null",
                str(path),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env=dict(__import__("os").environ, SLM_OUT=str(tmp_path)),
        )
        assert done.returncode == 0, done.stdout[-3000:]
