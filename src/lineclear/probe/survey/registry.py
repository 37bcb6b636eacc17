"""The Windows registry, read only: the values of a key, and the names of the keys below it."""

import sys

Values = dict[str, object]
"""The values of one key, by name."""


def values(hive: str, path: str) -> Values:
    """The values of a key; empty when there is no such key, or it may not be read.

    Args:
        hive: `user` or `machine`.
        path: below it.
    """
    if sys.platform != "win32":
        return {}
    import winreg  # noqa: PLC0415  exists on Windows only

    root = winreg.HKEY_CURRENT_USER if hive == "user" else winreg.HKEY_LOCAL_MACHINE
    try:
        with winreg.OpenKey(root, path) as key:
            count = winreg.QueryInfoKey(key)[1]
            return {name: value for name, value, _ in (winreg.EnumValue(key, one) for one in range(count))}
    except OSError:
        return {}


def below(hive: str, path: str) -> tuple[str, ...]:
    """The names of the keys below a key; none when it may not be read."""
    if sys.platform != "win32":
        return ()
    import winreg  # noqa: PLC0415  exists on Windows only

    root = winreg.HKEY_CURRENT_USER if hive == "user" else winreg.HKEY_LOCAL_MACHINE
    try:
        with winreg.OpenKey(root, path) as key:
            return tuple(winreg.EnumKey(key, one) for one in range(winreg.QueryInfoKey(key)[0]))
    except OSError:
        return ()
