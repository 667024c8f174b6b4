"""Execute many notebooks: a pool of processes, one report, and an end that leaves nothing behind.

Nothing heavy is imported here; papermill is loaded by the processes that need it.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    ProcessPoolExecutor,
    as_completed,
)
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path
from typing import Any

from slm_analysis.errors import AnalysisError
from slm_analysis.project import Job, Project

LIMIT = 1800  # seconds per notebook; the longest of the project takes ten
GRACE = 5  # seconds in which a process that is told to end clears up
Report = Callable[[str], None]
Done = Callable[[Job, list[Path]], None]


@dataclass(frozen=True)
class Running:
    """How notebooks are run.

    Parameters
    ----------
    report
        Receives one line per step.
    limit
        Seconds that a notebook may take.
    keep_going
        Whether the others are finished after a failure; else those not yet begun are cancelled.
    executor
        What runs them, on the same folders; by default a pool of processes of this machine.
    """

    report: Report
    limit: int = LIMIT
    keep_going: bool = False
    executor: Executor | None = None


def execute_all(jobs: Sequence[Job], project: Project, running: Running, done: Done) -> None:
    """Execute notebooks, each in a fresh kernel.

    Parameters
    ----------
    jobs
        The notebooks, in the order in which they are to start.
    project
        Where to read and write.
    running
        How.
    done
        Called here, in this process, with each job that is done and its files.

    Raises
    ------
    AnalysisError
        The first failure. What was done beside it is kept.
    """
    given = running.executor
    with nullcontext(given) if given else processes(len(jobs)) as pool:
        _execute_on(pool, jobs, project, running, done)


def _execute_on(
    pool: Executor, jobs: Sequence[Job], project: Project, running: Running, done: Done
) -> None:
    begun = {pool.submit(_execute, job, project, running.limit): job for job in jobs}
    failures: list[AnalysisError] = []
    for future in as_completed(begun):
        try:
            done(begun[future], future.result())
        except CancelledError:
            continue
        except AnalysisError as error:
            failures.append(error)
        except Exception as error:
            failures.append(_failure(begun[future], error))
        if failures and not running.keep_going:
            for waiting in begun:
                waiting.cancel()
    if failures:
        raise failures[0]


def _failure(job: Job, error: Exception) -> AnalysisError:
    """Return what went wrong outside the notebook, in one line."""
    if isinstance(error, OSError):
        return AnalysisError(f"{job.name}: {error.filename or 'file'}: {error.strerror}")
    if isinstance(error, BrokenExecutor):
        return AnalysisError(f"{job.name}: its process was ended from outside (out of memory?)")
    return AnalysisError(f"{job.name}: {type(error).__name__}: {' '.join(str(error).split())}")


def _execute(job: Job, project: Project, limit: int) -> list[Path]:
    """Execute a notebook in a process of the executor."""
    from slm_analysis.regeneration.execution import execute

    try:
        return execute(job, project, limit)
    except SystemExit as stop:  # the pool would go on with the next notebook
        os._exit(int(str(stop.code)))


# processes ----------------------------------------------------------------------------------


@contextmanager
def processes(jobs: int) -> Iterator[Executor]:
    """Give a pool of fresh processes, as many as there are processors or jobs.

    Ctrl-C and SIGTERM end the processes and their kernels before the interruption goes on.
    """
    workers = min(jobs, _processors())
    others = set(active_children())
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin_process)
    with _handled(signal.SIGTERM, signal.default_int_handler):
        try:
            with _handled(signal.SIGINT, signal.SIG_IGN):  # the processes inherit it
                for _ in range(workers):
                    pool.submit(int)
            yield pool
        except BaseException:
            for process in set(active_children()) - others:
                process.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _handled(number: int, handler: Any) -> Iterator[None]:
    """Handle a signal in another way for a while; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)


def _begin_process() -> None:
    """Let this process end in order when it is told to, and with the one that started it."""
    signal.signal(signal.SIGTERM, _end_in_order)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_in_order(number: int, _frame: object) -> None:
    signal.signal(number, signal.SIG_IGN)  # once is enough; the next would break off the clearing
    # library code may swallow the exit or wait for ever; the kernel ends with this process
    last = threading.Timer(GRACE, os._exit, [128 + number])
    last.daemon = True
    last.start()
    sys.exit(128 + number)


def _end_with_parent() -> None:
    """End when the parent is gone without a word; the kernel then ends by itself."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


# what people see ----------------------------------------------------------------------------


@contextmanager
def progress(total: int, report: Report) -> Iterator[Report]:
    """Give a function to call after each notebook: a bar on a terminal, a line elsewhere."""
    if not sys.stderr.isatty():
        done = itertools.count(1)
        yield lambda line: report(f"{next(done)} of {total}: {line}")
        return
    from tqdm import tqdm

    with tqdm(total=total, unit="notebook", dynamic_ncols=True) as bar:

        def advance(line: str) -> None:
            bar.set_postfix_str(line, refresh=False)
            bar.update()

        yield advance
