"""Hold the committed results against a fresh run: new clone, new environment, no network.

Two levels. The first asks for the same bytes in every table, figure and notebook. The second, for
platforms whose numerics differ, asks for the same numbers to 1e-9 in tables, plotted data and
notebooks; pictures are then compared by their data alone.
"""

from __future__ import annotations

import filecmp
import math
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from itertools import takewhile, zip_longest
from pathlib import Path

from slm_analysis.errors import AnalysisError
from slm_analysis.project import HOME

TOLERANCE = 1e-9  # relative, and absolute near zero
RESULTS = ("data/processed/*", "figures/*", "notebooks/[0-9]*.ipynb")
PICTURES = (".svg", ".png")
PICTURE = '"image/png":'  # in a notebook
NUMBER = re.compile(r"(?:(?<![\d.])[-−+])?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
REGENERATE = ("-m", "slm_analysis", "regenerate", "results", "--out")
NO_NETWORK = (["unshare", "--net"], ["unshare", "--map-root-user", "--net"])
SHOWN = 60  # characters of a differing text


def verify(python: str, report: Callable[[str], None], numbers: bool) -> tuple[int, list[str]]:
    """Regenerate everything from a fresh clone of the last commit, and :func:`compare`.

    Parameters
    ----------
    python
        The interpreter to make the fresh environment with.
    report
        Receives one line per step.
    numbers
        Whether the same numbers are enough, rather than the same bytes.

    Raises
    ------
    AnalysisError
        If a step cannot be done; a difference is no error.
    """
    with tempfile.TemporaryDirectory(prefix="slm-verify-") as folder:
        clone, made, home = (Path(folder) / name for name in ("clone", "made", "home"))
        commit = _output(["git", "-C", str(HOME), "rev-parse", "--short", "HEAD"])
        if _output(["git", "-C", str(HOME), "status", "--porcelain"]):
            report("note: what is not committed is not verified")
        report(f"a fresh clone of {commit}")
        _output(["git", "clone", "--quiet", str(HOME), str(clone)])
        report("a fresh environment from requirements/run.txt")
        install = ["sh", "requirements/install.sh", python, ".venv", "requirements/run.txt"]
        _run(install, clone, "the environment cannot be made")
        home.mkdir()
        regenerate = [*_without_network(clone, report), *REGENERATE, str(made)]
        _run(["env", f"HOME={home}", *regenerate], clone, "the regeneration failed")
        return compare(clone, made, numbers)


def _output(command: list[str]) -> str:
    """Return what a command prints."""
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:
        raise AnalysisError(f"{command[0]} is not installed") from None
    except subprocess.CalledProcessError as error:
        raise AnalysisError(" ".join(error.stderr.split())) from None


def _run(command: list[str], folder: Path, failed: str) -> None:
    """Run a step, whose own lines the user sees."""
    if subprocess.run(command, cwd=folder, check=False).returncode:
        raise AnalysisError(f"verify: {failed}; its own message is above")


# the network --------------------------------------------------------------------------------


def _without_network(clone: Path, report: Callable[[str], None]) -> list[str]:
    """Return the beginning of a command that runs the clone's Python, cut off where possible."""
    interpreter = str(clone / ".venv" / "bin" / "python")
    for apart in NO_NETWORK:
        if shutil.which(apart[0]) and not subprocess.run([*apart, "true"], check=False).returncode:
            report("everything executed, with the network off")
            return [*apart, interpreter, "-m", "slm_analysis.regeneration.verify", interpreter]
    report("everything executed, but the network stays on: this system does not let it be cut off")
    return [interpreter]


def _only_loopback(command: list[str]) -> None:
    """Bring up the loopback device of a network namespace, for the kernels; become a command."""
    import fcntl  # Linux only, like the namespaces

    bring_up, up_and_running = 0x8914, 0x41  # SIOCSIFFLAGS; IFF_UP | IFF_RUNNING
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        fcntl.ioctl(device, bring_up, struct.pack("16sH22x", b"lo", up_and_running))
    os.execv(command[0], command)


# comparing ----------------------------------------------------------------------------------


def compare(committed: Path, made: Path, numbers: bool) -> tuple[int, list[str]]:
    """Return how many results two folders have, and a line for each that differs."""
    names = sorted(
        {
            path.relative_to(folder).as_posix()
            for folder in (committed, made)
            for pattern in RESULTS
            for path in folder.glob(pattern)
        }
    )
    told = []
    for name in names:
        found = _differences(committed / name, made / name, numbers)
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        told += [f"{name}{first}{more}" for first in found[:1]]
    return len(names), told


def _differences(committed: Path, made: Path, numbers: bool) -> list[str]:
    """Return what differs between two files, each with its place."""
    if not committed.exists():
        return [": is made, but not committed"]
    if not made.exists():
        return [": is committed, but not made"]
    if filecmp.cmp(committed, made, shallow=False):
        return []
    if committed.suffix in PICTURES:
        if not numbers:
            return [": the picture differs"]
        plotted = committed.with_suffix(".csv").exists()
        return [] if plotted else [": the picture differs, and there is no table of what it plots"]
    found = []
    lines = (path.read_text(encoding="utf-8").splitlines() for path in (committed, made))
    for number, (old, new) in enumerate(zip_longest(*lines, fillvalue="(nothing)"), start=1):
        picture = PICTURE in old and PICTURE in new
        if old != new and not (numbers and (picture or same_numbers(old, new))):
            told = "the picture differs" if picture else _around(old, new)
            found.append(f", line {number}: {told}")
    return found or ([] if numbers else [": the lines end in another way"])


def same_numbers(first: str, second: str) -> bool:
    """Return whether two texts are the same but for numbers that differ by less than 1e-9."""
    old, new = (
        [float(each.replace("−", "-")) for each in NUMBER.findall(text)] for text in (first, second)
    )
    close = partial(math.isclose, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    same_words = NUMBER.sub("\0", first) == NUMBER.sub("\0", second)
    return same_words and all(map(close, old, new))


def _around(old: str, new: str) -> str:
    """Return both texts, cut to where they begin to differ."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    start = max(0, same - 10)
    left, right = (text[start : start + SHOWN] for text in (old, new))
    return f"committed {left!r}, made {right!r}"


if __name__ == "__main__":
    _only_loopback(sys.argv[1:])
