"""Execute one notebook in a fresh kernel, and put it and its figures in place, or nothing.

papermill sets the parameters and nbclient executes; what is added here is a limit to time and to
output, an environment that is the same everywhere, and errors of one line.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import textwrap
import time
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import strip_color

from slm_analysis.errors import NotebookError
from slm_analysis.language import LANGUAGE_VARIABLE
from slm_analysis.project import FONTS, Job, Project, put_in_place

OUTPUT_LIMIT = 20_000_000  # characters; the largest notebook of the project has a million
STARTUP_LIMIT = 120  # seconds until a kernel answers, on a busy machine
TRACEBACK_LINES = 12
LINE = 300  # characters of a cell's message that are shown
INJECTED = "injected-parameters"

# all that a kernel takes from its surroundings
TAKEN = ("PATH", "HOME", "TMPDIR", "TEMP", "SYSTEMROOT", "LD_LIBRARY_PATH")

# what a result must not depend on; one thread, because sums depend on how they are divided
SAME_EVERYWHERE = {
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MATPLOTLIBRC": os.devnull,  # a user's own style would show in the figures
}


class _Client(NotebookClient):
    """nbclient with a limit to time and output; a warning is a failure too."""

    def __init__(self, job: Job, limit: int, place: Path) -> None:
        deadline = time.monotonic() + limit
        super().__init__(
            papermill.execute_notebook(
                job.path, None, job.parameters, kernel_name="python3", prepare_only=True
            ),
            kernel_name="python3",
            extra_arguments=["--log-level=50"],
            shutdown_kernel="immediate",  # nothing in a kernel needs an orderly end; 0.3 seconds
            startup_timeout=STARTUP_LIMIT,
            iopub_timeout=60,
            raise_on_iopub_timeout=True,
            on_cell_start=self._begin,
            on_cell_error=self._fail,
            timeout_func=lambda _: max(1, round(deadline - time.monotonic())),
        )
        self.file = job.path.name
        self.place = place
        self.printed = 0  # characters
        self.number = 0  # of the cell, in the notebook as written
        self.shown: NotebookError | None = None  # the first warning, which may name the machine

    def create_kernel_manager(self) -> Any:
        """Keep the kernel's connection file with the run, and look for no kernel but this Python's.

        Looking for others would import IPython, and make folders in the user's home.
        """
        manager = super().create_kernel_manager()
        manager.connection_file = str(self.place / "kernel.json")
        manager.kernel_spec_manager.kernel_dirs = []
        return manager

    def process_message(
        self, message: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Store an output, unless the notebook has printed too much."""
        content = message["content"]
        self.printed += len(content.get("text", ""))
        self.printed += sum(len(str(value)) for value in content.get("data", {}).values())
        if self.printed > OUTPUT_LIMIT and self.task_poll_for_reply:
            self.task_poll_for_reply.cancel()  # nbclient takes it for the death of the kernel
            return None
        if content.get("name") == "stderr":
            self.shown = self.shown or self.error(f"warns: {_one_line(content['text'])}")
        if message["msg_type"] == "error":  # which the cell may only have shown
            self.shown = self.shown or self.error(_of_exception(content))
        stored: NotebookNode | None = super().process_message(message, cell, cell_index)
        return stored

    def error(self, problem: str, traceback: tuple[str, ...] = ()) -> NotebookError:
        """Return an error that names the notebook and the cell."""
        return NotebookError(f"{self.file}, cell {self.number}: {problem}", traceback)

    def _begin(self, cell: NotebookNode, cell_index: int) -> None:
        self.number += INJECTED not in cell.metadata.get("tags", [])

    def _fail(self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:
        reply = execute_reply["content"]
        lines = strip_color("\n".join(reply["traceback"])).splitlines()
        raise self.error(_of_exception(reply), tuple(lines[-TRACEBACK_LINES:]))


def execute(job: Job, project: Project, place: Path, limit: int) -> list[Path]:
    """Execute a notebook in a fresh kernel and put it and its figures in place.

    Nothing is put in place unless every cell succeeds.

    Parameters
    ----------
    job
        The notebook, its parameters and the name under which it is kept.
    project
        Where to read and write.
    place
        A folder on the same disk for what is unfinished.
    limit
        Seconds that the notebook may take.

    Returns
    -------
    list of Path
        The files written, relative to the project's output folder.

    Raises
    ------
    NotebookError
        With the notebook, the cell and the cell's message.
    """
    with tempfile.TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as folder:
        results = Project(project.data, Path(folder) / "results")
        kernel = Path(folder) / "kernel"
        kernel.mkdir()
        notebook = _executed(job, limit, kernel, results)
        named = results.out / job.name
        target = named if "/" in job.name else results.notebooks / job.name
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(_strip(notebook), f"{target}.ipynb")
        if named == target and results.figures.exists():
            results.figures.rename(named)
        return put_in_place(results.out, project.out)


def _executed(job: Job, limit: int, place: Path, results: Project) -> NotebookNode:
    """Return the notebook with its outputs."""
    environment = {
        **{name: os.environ[name] for name in TAKEN if name in os.environ},
        **SAME_EVERYWHERE,
        **results.environment,
        LANGUAGE_VARIABLE: job.language,
        # the user's own IPython profile would be run, and a home may be new or closed
        "IPYTHONDIR": str(place / "ipython"),
        "MPLCONFIGDIR": str(place / "matplotlib"),
    }
    if FONTS.exists():  # else each kernel would look for all fonts again
        shutil.copytree(FONTS, place / "matplotlib")
    client = _Client(job, limit, place)
    try:
        notebook: NotebookNode = client.execute(cwd=str(place), env=environment)
    except CellTimeoutError:
        raise client.error(f"not done after {limit} seconds (--limit)") from None
    except DeadKernelError:
        much = client.printed > OUTPUT_LIMIT
        told = f"prints more than {OUTPUT_LIMIT // 1_000_000} MB" if much else "the kernel died"
        raise client.error(told) from None
    except RuntimeError as error:
        told = f"the kernel did not start: {_one_line(str(error))}"
        raise NotebookError(f"{job.path.name}: {told}") from None
    if client.shown:
        raise client.shown
    return notebook


def _one_line(text: str) -> str:
    return textwrap.shorten(text, LINE)


def _of_exception(content: dict[str, Any]) -> str:
    return f"{content['ename']}: {_one_line(content['evalue'])}"


def _strip(notebook: NotebookNode) -> NotebookNode:
    """Remove what differs from run to run, and what tells of the machine."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags} if tags else {}
        if INJECTED in tags:
            cell.id = INJECTED
    return notebook
