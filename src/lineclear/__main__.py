"""`python -m lineclear`: the same program as the `lineclear` command."""

from lineclear.command import command

if __name__ == "__main__":
    command()
