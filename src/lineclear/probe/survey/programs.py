"""The system's own programs, asked for what no file tells: macOS and Windows only."""


def output_of(*command: str, patience_s: float = 2.0) -> tuple[str, str]:
    """What a program printed, and in a few words why it printed nothing."""
    import subprocess  # noqa: PLC0415  costs 10 ms of start-up, and Linux does without

    try:
        answer = subprocess.run(  # noqa: S603  the commands are ours, without any text from outside
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=patience_s,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired:
        return "", f"{command[0]} did not answer within {patience_s} s"
    except OSError as problem:
        return "", f"{command[0]}: {(problem.strerror or 'cannot be run').lower()}"
    text = answer.stdout.decode("utf-8", "replace")
    return text, "" if text else f"{command[0]} printed nothing"
