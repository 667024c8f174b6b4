"""The reference: complete, each function with an example, and every example runs."""

import doctest
import importlib
import inspect
import pkgutil

import matplotlib.pyplot as plt
import pytest

import slm_analysis
from slm_analysis.site import reference

ENTRIES = [entry for module in reference.MODULES for entry in reference.entries(module)]
# how results are made and shown, not what a notebook calls
MACHINERY = {
    "__main__", "commands", "errors", "printed.textfiles", "project", "regeneration", "site",
}  # fmt: skip
ROOMS = ("printed", "bounds", "results", "display")


def test_every_module_is_in_the_reference_or_is_machinery():
    names = {module.name for module in pkgutil.iter_modules(slm_analysis.__path__)}
    for room in ROOMS:
        below = importlib.import_module(f"slm_analysis.{room}").__path__
        names |= {f"{room}.{module.name}" for module in pkgutil.iter_modules(below)}
    listed = {name for name in reference.MODULES if not name.startswith("transcription.")}
    assert listed | MACHINERY == names - {*ROOMS, "transcription"}
    assert not listed & MACHINERY


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_function_has_an_example(entry):
    assert entry.kind != "function" or ">>> " in entry.docstring


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_parameters_are_told_all_or_none(entry):
    """A docstring that lists parameters lists those of the signature, in its order."""
    if entry.kind == "class" or "\nParameters\n" not in entry.docstring:
        return
    module = max((m for m in reference.MODULES if entry.name.startswith(f"{m}.")), key=len)
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
