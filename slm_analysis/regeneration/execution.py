"""Execute one notebook in a fresh kernel, and put it and its figures in place, or nothing.

papermill executes; what is added here is a limit to time and to output, an environment that is the
same everywhere, and errors of one line.
"""

from __future__ import annotations

import os
import shutil
import signal
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError, strip_color

from slm_analysis.errors import NotebookError
from slm_analysis.language import LANGUAGE_VARIABLE
from slm_analysis.project import FONTS, Job, Project, put_in_place, scratch

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


class _Client(PapermillNotebookClient):
    """papermill's client with a limit to time and output, and an end to its kernel."""

    def __init__(self, manager: Any, limit: int, place: Path, **options: Any) -> None:
        self.deadline = time.monotonic() + limit
        super().__init__(
            manager,
            shutdown_kernel="immediate",  # nothing in a kernel needs an orderly end; 0.3 seconds
            iopub_timeout=60,
            on_cell_start=self._begin,
            on_cell_error=self._fail,
            timeout_func=lambda _: max(1, round(self.deadline - time.monotonic())),
            **options,
        )
        self.limit = limit
        self.place = place
        self.printed = 0  # characters
        self.warned: NotebookError | None = None  # a warning may name what differs elsewhere
        self.number = 0  # of the cell, in the notebook as written

    def create_kernel_manager(self) -> Any:
        """Keep the kernel's connection file with the run, and look for no kernel but this Python's.

        Looking for others would import IPython, and make folders in the user's home.
        """
        manager = super().create_kernel_manager()
        manager.connection_file = str(self.place / "kernel.json")
        manager.kernel_spec_manager.kernel_dirs = []
        return manager

    def start_new_kernel(self, **options: Any) -> None:
        """Start the kernel; when this process is told to end meanwhile, the kernel ends too."""
        with _held(signal.SIGTERM):
            super().start_new_kernel(**options)

    def process_message(
        self, message: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Store an output, unless the notebook has printed too much."""
        content = message["content"]
        self.printed += len(content.get("text", ""))
        self.printed += sum(len(str(value)) for value in content.get("data", {}).values())
        if self.printed > OUTPUT_LIMIT:
            self.task_poll_for_reply.cancel()  # nbclient takes it for the death of the kernel
            return None
        if content.get("name") == "stderr":
            self.warned = self.warned or self._error(f"warns: {_one_line(content['text'])}")
        stored: NotebookNode | None = super().process_message(message, cell, cell_index)
        return stored

    def execute(self, **options: Any) -> NotebookNode:
        """Execute the cells; the kernel is gone afterwards, whatever happens.

        Raises
        ------
        NotebookError
            If a cell fails, the kernel does not start or dies, or a limit is reached.
        """
        try:
            executed: NotebookNode = super().execute(**options)
            if self.warned:
                raise self.warned
            return executed
        except CellTimeoutError:
            raise self._error(f"not done after {self.limit} seconds (--limit)") from None
        except DeadKernelError:
            much = self.printed > OUTPUT_LIMIT
            raise self._error(
                f"prints more than {OUTPUT_LIMIT // 1_000_000} MB" if much else "the kernel died"
            ) from None
        except RuntimeError as error:
            raise NotebookError(f": the kernel did not start: {_one_line(str(error))}") from None
        finally:
            if self.km is not None and self.km.has_kernel:  # stopped while the kernel started
                self._cleanup_kernel()

    def _begin(self, cell: NotebookNode, cell_index: int) -> None:
        self.number += INJECTED not in cell.metadata.get("tags", [])

    def _fail(self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:
        reply = execute_reply["content"]
        lines = strip_color("\n".join(reply["traceback"])).splitlines()
        message = f"{reply['ename']}: {_one_line(reply['evalue'])}"
        raise self._error(message, tuple(lines[-TRACEBACK_LINES:]))

    def _error(self, problem: str, traceback: tuple[str, ...] = ()) -> NotebookError:
        return NotebookError(f", cell {self.number}: {problem}", traceback)


@contextmanager
def _held(number: int) -> Iterator[None]:
    """Hold a signal back for a while; only the main thread receives any."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = signal.signal(number, lambda *_: came.append(number))
    try:
        yield
    finally:
        signal.signal(number, before)
        if came:
            signal.raise_signal(number)


class _Engine(NBClientEngine):
    """papermill's engine, with the client above and an environment of its own for the kernel."""

    @classmethod
    def execute_managed_notebook(
        cls, manager: Any, kernel_name: str, **options: Any
    ) -> NotebookNode:
        """Execute a notebook in a kernel."""
        place = options["place"]
        client = _Client(
            manager,
            options["limit"],
            place,
            kernel_name=kernel_name,
            startup_timeout=STARTUP_LIMIT,
            extra_arguments=["--log-level=50"],
        )
        # the user's own IPython profile would be run, and a home may be new or closed
        environment = {
            **{name: os.environ[name] for name in TAKEN if name in os.environ},
            **SAME_EVERYWHERE,
            "IPYTHONDIR": str(place / "ipython"),
            "MPLCONFIGDIR": str(place / "matplotlib"),
        }
        if FONTS.exists():  # else each kernel would look for all fonts again
            shutil.copytree(FONTS, place / "matplotlib")
        return client.execute(cwd=str(place), env={**environment, **options["folders"]})


papermill_engines.register("slm-analysis", _Engine)


def execute(job: Job, project: Project, limit: int) -> list[Path]:
    """Execute a notebook in a fresh kernel and put it and its figures in place.

    Nothing is put in place unless every cell succeeds.

    Parameters
    ----------
    job
        The notebook, its parameters and the name under which it is kept.
    project
        Where to read and write.
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
    with scratch(project) as folder:
        results = Project(project.data, folder / "results")
        results.notebooks.mkdir(parents=True)
        place = folder / "kernel"
        place.mkdir()
        notebook = _executed(job, limit, place, results)
        target = results.notebooks / f"{job.path.stem}.ipynb"
        nbformat.write(_strip(notebook), target)
        if "/" in job.name:
            named = results.out / job.name
            named.parent.mkdir(parents=True)
            os.replace(target, named.parent / f"{named.name}.ipynb")
            if results.figures.exists():
                os.replace(results.figures, named)
        return put_in_place(results.out, project.out)


def _executed(job: Job, limit: int, place: Path, results: Project) -> NotebookNode:
    """Return the notebook with its outputs."""
    try:
        executed: NotebookNode = papermill.execute_notebook(
            job.path,
            None,
            job.parameters,
            engine_name="slm-analysis",
            kernel_name="python3",
            progress_bar=False,
            limit=limit,
            place=place,
            folders={**results.environment, LANGUAGE_VARIABLE: job.language},
        )
        return executed
    except NotebookError as error:
        raise NotebookError(f"{job.path.name}{error}", error.traceback) from None
    except PapermillExecutionError as error:  # shown as an error, though the cell went on
        raise NotebookError(f"{job.path.name}: {error.ename}: {_one_line(error.evalue)}") from None


def _one_line(text: str) -> str:
    return textwrap.shorten(text, LINE)


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
