"""The one exception a user can cause; alone, so that the command line can catch it before it loads anything."""


class UsageError(Exception):
    """What the user asked for cannot be done as asked. `fix` says what to do instead; exit code 2."""

    def __init__(self, problem: str, fix: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.problem} {self.fix}".rstrip()
