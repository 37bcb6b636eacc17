"""Small C programs the benches compare with, compiled when first used."""

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@cache
def compiled(source: Path, *flags: str) -> Path | None:
    """The program of a C source, built for this run of the benches; None without a C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    program = Path(_folder().name, source.stem)
    subprocess.run([compiler, "-O2", "-Wall", "-o", str(program), str(source), *flags], check=True)
    return program


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Where programs are put; removed with this process, wherever temporary files are then."""
    return tempfile.TemporaryDirectory(prefix="lineclear-bench-")


def needed(name: str, *flags: str) -> Path:
    """The program of `name`.c in this folder; a bench that compares with C cannot do without a compiler."""
    program = compiled(HERE / f"{name}.c", *flags)
    if program is None:
        raise SystemExit("This bench compares with a C program: install a C compiler (Debian: apt install gcc).")
    return program
