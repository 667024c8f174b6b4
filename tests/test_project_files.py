"""The project's own files: the codebook, the lock, the licences of consistency."""

import ast
import doctest
import importlib
import json
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

import slm_analysis
from slm_analysis.printed import codebook
from slm_analysis.project import HOME


def test_every_line_of_the_codebook_s_tables_describes_a_column():
    text = (HOME / "data" / "raw" / "codebook.md").read_text(encoding="utf-8")
    chapters = text.partition("\n## Raw tables\n")[2]
    files = re.findall(r"### `(?:\.\./processed/)?(\w+)\.csv`", chapters)
    tables = codebook.RAW | codebook.PROCESSED
    assert files == list(tables)
    lines = [line for line in chapters.splitlines() if line.startswith("| `")]
    columns = [column for table in tables.values() for column in table.columns.values()]
    assert len(lines) == len(columns)
    for line, column in zip(lines, columns, strict=True):
        assert f" | {column.meaning} | `" in line
        assert column.values or re.compile(column.allowed)


def test_the_codebook_says_what_names_a_row_and_what_is_a_number():
    assert {
        name: column
        for name, table in codebook.RAW.items()
        for column, about in table.columns.items()
        if about.unique
    } == dict.fromkeys(codebook.RAW.keys() - {"numbers"}, "id") | {
        "countries": "iso3",
        "formula_words": "word",
    }
    whole = [name for name, column in codebook.PROCESSED["checks"].columns.items() if column.whole]
    assert whole == ["year", "difference_lo", "difference_hi"]
    assert not codebook.RAW["spending_2010"].columns["notation"].whole


def test_every_function_that_the_readme_names_exists():
    text = (HOME / "README.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| ")]
    named = re.findall(r"`([a-z_.]+\.[a-z_]+)`", " ".join(row[3] for row in rows if len(row) == 6))
    assert len(named) > 20
    for name in named:
        module, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(f"slm_analysis.{module}"), function)), name


def test_the_readme_s_first_series_and_plot_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (HOME / "README.md").read_text(encoding="utf-8")
    first, plot = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert first.count("\n") <= 4
    assert plot.count("\n") <= 10
    names = {}
    exec(first, names)
    exec(plot, names)
    assert len(names["series"]) == 9
    assert (tmp_path / "unanswered.png").exists()


@pytest.mark.parametrize(
    "path",
    [HOME / "README.md", HOME / "CONTRIBUTING.md", *sorted((HOME / "docs").glob("*.md"))],
    ids=lambda path: path.name,
)
def test_every_link_to_a_file_of_the_repository_leads_somewhere(path):
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_modules_stay_small():
    for path in (HOME / "slm_analysis").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        told = sum(
            node.body[0].end_lineno - node.body[0].lineno + 1
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)
            and ast.get_docstring(node)
        )
        assert len(text.splitlines()) - told <= 300, path.name


def packages(path):
    """Return the locked packages and their versions."""
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)", path.read_text(), re.MULTILINE))


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def declared():
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = lambda given: {normal(re.match(r"[\w.-]+", text)[0]) for text in given}  # noqa: E731
    extras = {key: names(value) for key, value in project["optional-dependencies"].items()}
    return names(project["dependencies"]), extras


def test_every_declared_package_is_locked_with_hashes(declared):
    required, extras = declared
    run, lab = (packages(HOME / "requirements" / f"{name}.txt") for name in ("run", "lab"))
    assert required.union(*(extras[name] for name in extras if name not in ("lab", "dask"))) <= set(
        run
    )
    assert "jupyterlab" not in run
    assert extras["lab"] <= set(lab)
    assert run.items() <= lab.items()
    dask, audit = (packages(HOME / "requirements" / f"{name}.txt") for name in ("dask", "audit"))
    assert extras["dask"] <= set(dask)
    for lock in (dask, audit):
        assert {name: run[name] for name in lock if name in run}.items() <= lock.items()
    for name in ("run", "lab", "dask", "audit", "installer"):
        text = (HOME / "requirements" / f"{name}.txt").read_text()
        entries = re.split(r"\n(?=\S)", text.strip())
        assert all("--hash=sha256:" in entry for entry in entries)
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links|file:", text)


def test_conda_users_get_the_same_packages(declared):
    required, extras = declared
    lab = packages(HOME / "requirements" / "lab.txt")
    given = yaml.safe_load((HOME / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    *given, by_pip = given
    given = [text for text in given if not text.startswith(("python", "pip"))] + by_pip["pip"]
    versions = dict(text.split("=", 1) for text in given)
    conda_names = {"matplotlib-base": "matplotlib"}
    found = {conda_names.get(name, name): version.strip("=") for name, version in versions.items()}
    # a browser and a cluster have packages of their own; their tests are skipped without them
    assert set(found) == required.union(
        *(extras[name] for name in extras if name not in ("browser", "dask"))
    )
    assert found == {name: lab[name] for name in found}


def test_every_dependency_has_its_reason():
    text = (HOME / "pyproject.toml").read_text(encoding="utf-8")
    for line in re.findall(r'^  "[\w-]+>=.*$', text, re.MULTILINE):
        assert re.search(r",\s+# \S", line), line


# folders of results that people make beside these are their own
OWN = ("slm_analysis", "tests", "benchmarks", "notebooks", "requirements")


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "ruff", "check", "--quiet", *OWN],
        ["-m", "ruff", "format", "--check", "--quiet", *OWN],
        ["-m", "mypy"],
        ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    ],
    ids=["ruff check", "ruff format", "mypy --strict", "import-linter"],
)
def test_the_code_is_as_its_checkers_want_it(command):
    done = subprocess.run(
        [sys.executable, *command],
        cwd=HOME,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_rows_that_are_alike_keep_their_order_on_every_processor():
    """Numpy's usual sort leaves open how equal keys stand; it differs from processor to processor."""
    unstable = []
    for path in sorted((HOME / "slm_analysis").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(ast.Attribute(attr="sort_values"), [ast.List(), *_]):
                    pass  # by several columns: always stable
                case ast.Call(ast.Attribute(attr="sort_values" | "argsort"), _, keywords):
                    if "kind='stable'" not in map(ast.unparse, keywords):
                        unstable.append(f"{path.name}:{node.lineno}")
    assert unstable == []


def test_no_tracked_file_names_a_registry_or_a_machine():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=HOME, capture_output=True, text=True, check=False
    )
    tracked = listed.stdout.split()
    if not tracked:
        pytest.skip(f"not a clone, no file is tracked: {listed.stderr.strip() or HOME}")
    words = re.compile(rb"pypi\.org|pythonhosted|/(?:root|home|work)/[a-z]")
    for name in tracked:
        path = HOME / name
        if path.suffix != ".png" and path.exists() and path.name != "test_project_files.py":
            assert not words.search(path.read_bytes()), name


@pytest.mark.parametrize("path", sorted((HOME / "docs").glob("*.md")), ids=lambda path: path.stem)
def test_the_examples_of_the_guides_hold(path):
    failed, _ = doctest.testfile(str(path), module_relative=False)
    assert failed == 0


def test_the_claim_in_the_guide_stands_in_the_register():
    guide = (HOME / "docs" / "3_how_a_claim_is_tested.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    register = yaml.safe_load((HOME / "data" / "raw" / "claims.yml").read_text(encoding="utf-8"))
    assert yaml.safe_load(example)[0] in register


def test_the_version_is_the_same_everywhere():
    version = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "version"
    ]
    citation = yaml.safe_load((HOME / "CITATION.cff").read_text(encoding="utf-8"))
    zenodo = json.loads((HOME / ".zenodo.json").read_text(encoding="utf-8"))
    codemeta = json.loads((HOME / "codemeta.json").read_text(encoding="utf-8"))
    given = {each["version"] for each in (citation, zenodo, codemeta)}
    assert given | {slm_analysis.__version__} == {version}
    assert f"\n## {version}\n" in (HOME / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_citation_has_what_its_format_needs():
    citation = yaml.safe_load((HOME / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    zenodo = json.loads((HOME / ".zenodo.json").read_text(encoding="utf-8"))
    assert {"title", "description", "upload_type", "creators", "license"} <= set(zenodo)
    assert all("name" in creator for creator in zenodo["creators"])


def test_the_licences_of_all_installed_packages_are_listed():
    listed = dict(
        re.findall(
            r"^\| ([\w.-]+) \| (\d\S*) \| \S",
            (HOME / "requirements" / "licences.md").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    )
    assert listed.items() <= packages(HOME / "requirements" / "run.txt").items()
    assert len(listed) > 100
