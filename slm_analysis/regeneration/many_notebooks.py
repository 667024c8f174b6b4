"""Execute many notebooks: a pool of processes, one report, and an end that leaves nothing behind.

Nothing heavy is imported here; papermill is loaded by the processes that need it.
"""

from __future__ import annotations

import itertools
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    ProcessPoolExecutor,
    as_completed,
)
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path

from slm_analysis.errors import AnalysisError
from slm_analysis.project import Job, Project, scratch

LIMIT = 1800  # seconds per notebook; the longest of the project takes ten
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
    pooled = nullcontext(given) if given else processes(len(jobs))
    failures: list[AnalysisError] = []
    with scratch(project) as place, pooled as pool:
        begun = {pool.submit(_execute, job, project, place, running.limit): job for job in jobs}
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


def _execute(job: Job, project: Project, place: Path, limit: int) -> list[Path]:
    """Execute a notebook in a process of the executor."""
    from slm_analysis.regeneration.one_notebook import execute

    return execute(job, project, place, limit)


# processes ----------------------------------------------------------------------------------


@contextmanager
def processes(jobs: int) -> Iterator[Executor]:
    """Give a pool of fresh processes, as many as there are processors or jobs.

    When the work is interrupted they and their kernels are killed. When this process is killed they
    end by themselves, and so do kernels without the process that began them.
    """
    counted = hasattr(os, "sched_getaffinity")  # not on macOS and Windows
    processors = len(os.sched_getaffinity(0)) if counted else os.cpu_count() or 1
    workers = min(jobs, processors)
    others = set(active_children())
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_watch_parent)
    try:
        with _interrupts_ignored():  # the processes inherit it
            for _ in range(workers):
                pool.submit(int)
        yield pool
    except BaseException:
        _kill(set(active_children()) - others)
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ignore Ctrl-C for a while; only the main thread can, and only it receives any."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _kill(begun: Iterable[BaseProcess]) -> None:
    """Kill processes and their kernels."""
    import psutil

    for process in begun:
        with suppress(psutil.NoSuchProcess):
            known = psutil.Process(process.pid)
            known.suspend()  # it begins no other kernel
            for kernel in known.children(recursive=True):
                kernel.kill()
        process.kill()


def _watch_parent() -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


# what people see ----------------------------------------------------------------------------


@contextmanager
def progress(total: int, report: Report) -> Iterator[Report]:
    """Give a function to call after each notebook: a bar on a terminal, a line elsewhere."""
    from tqdm import tqdm

    done = itertools.count(1)
    with tqdm(total=total, unit="notebook", dynamic_ncols=True, disable=None) as bar:

        def advance(line: str) -> None:
            if bar.disable:  # no terminal
                report(f"{next(done)} of {total}: {line}")
            bar.set_postfix_str(line, refresh=False)
            bar.update()

        yield advance
