"""The reference: complete, each function with an example, and every example runs."""

import doctest
import importlib
import inspect
import pkgutil

import matplotlib.pyplot as plt
import pytest

import slm_analysis
from slm_analysis.site import reference

MODULES = reference.modules()
ENTRIES = [entry for module in MODULES for entry in reference.entries(module)]


def test_every_module_is_in_the_reference_or_is_machinery():
    """Those within a room are in it by pyproject.toml, where import-linter wants all of them."""
    rooms = {module.name for module in pkgutil.iter_modules(slm_analysis.__path__)}
    assert rooms <= {name.partition(".")[0] for name in MODULES} | reference.MACHINERY
    assert {
        module.name.rpartition(".")[2]
        for module in pkgutil.walk_packages(slm_analysis.__path__, "slm_analysis.")
    } >= reference.MACHINERY
    assert MODULES[0] == "frames"
    assert MODULES.index("bounds.panel") < MODULES.index("results.checks")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_function_has_an_example(entry):
    assert entry.kind != "function" or ">>> " in entry.docstring


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_parameters_are_told_all_or_none(entry):
    """A docstring that lists parameters lists those of the signature, in its order."""
    if entry.kind == "class" or "\nParameters\n" not in entry.docstring:
        return
    module = max((m for m in MODULES if entry.name.startswith(f"{m}.")), key=len)
    found = importlib.import_module(f"slm_analysis.{module}")
    for part in entry.name.removeprefix(f"{module}.").split("."):
        found = getattr(found, part)
    expected = [name for name in inspect.signature(found).parameters if name not in ("self", "_")]
    section = entry.docstring.partition("\nParameters\n")[2].partition("\n\n")[0]
    told = [
        name.strip()
        for line in section.splitlines()[1:]
        if not line.startswith(" ")
        for name in line.split(",")
    ]
    assert told == expected


@pytest.mark.parametrize(
    "name",
    [
        module.name
        for module in pkgutil.walk_packages(slm_analysis.__path__, "slm_analysis.")
        if not module.name.endswith("__main__")
    ],
)
def test_the_examples_run(name, raw, panel, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    given = {"raw": raw, "panel": panel}
    failed, _ = doctest.testmod(module, extraglobs=given, optionflags=doctest.NORMALIZE_WHITESPACE)
    plt.close("all")
    assert not failed


def test_a_mention_leads_to_what_it_can_only_mean():
    names = {"a.read", "b.read", "c.counts"}  # a set: in another order in each process
    assert (
        reference.in_html("`read`", "a", names)
        == '<p><a href="#a.read"><code>read</code></a></p>\n'
    )
    assert reference.in_html("`read`", "c", names) == "<p><code>read</code></p>\n"
    assert 'href="#c.counts"' in reference.in_html("`counts`", "a", names)
