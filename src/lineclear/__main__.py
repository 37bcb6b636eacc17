"""`python -m lineclear`: the same program as the `lineclear` command."""

from lineclear.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
