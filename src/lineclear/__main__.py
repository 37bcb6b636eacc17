"""`python -m lineclear`: the same program as the `lineclear` command."""

from lineclear.cli import run_and_leave

if __name__ == "__main__":
    run_and_leave()
