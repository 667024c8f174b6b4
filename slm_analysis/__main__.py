"""The command line: a thin door onto the library.

``python -m slm_analysis --help`` lists the commands, ``python -m slm_analysis run --help`` the
options of one.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from slm_analysis.commands import app
from slm_analysis.errors import AnalysisError
from slm_analysis.project import FONTS

STOPPED = 130  # as shells have it for Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0, 1 for a failure, 2 for wrong usage."""
    if os.access(FONTS, os.W_OK):  # rather than the home, which may be closed to us
        os.environ.setdefault("MPLCONFIGDIR", str(FONTS))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # to be told to end is as Ctrl-C
    code, told = 1, []
    try:
        app(arguments, prog_name="slm_analysis")
    except SystemExit as end:
        code = int(end.code or 0)
        told = ["stopped; what was done is kept, the next run goes on"] * (code == STOPPED)
    except AnalysisError as error:
        told = [str(error), *(f"  {line}" for line in getattr(error, "traceback", ()))]
    except OSError as error:
        told = [f"{error.filename or 'file'}: {error.strerror}"]
    if told:
        print("error:", "\n".join(told), file=sys.stderr)
    return code


if __name__ == "__main__":
    if {"PYTHONPATH", "PYTHONHOME"} & set(os.environ) and not sys.flags.ignore_environment:
        # other packages than the locked ones would be recorded as what the results rest on
        os.execv(sys.executable, [sys.executable, "-E", "-s", "-m", "slm_analysis", *sys.argv[1:]])
    sys.exit(main())
