"""Completion scripts for bash, zsh and fish. Each is a plain function of the command line's grammar."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .grammar import Command, Option


def bash(root: Command) -> str:
    """One case a command: its options, and the choices of the option before the cursor."""
    cases = "".join(_bash_case(one) for one in root.commands)
    words = " ".join(one.name for one in root.commands)
    return f"""\
_lineclear() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} words=""
    case ${{COMP_WORDS[1]}} in
{cases}    *) words="{words} --help --version" ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
    [ ${{#COMPREPLY[@]}} -gt 0 ] || COMPREPLY=($(compgen -f -- "$cur"))
}}
complete -o filenames -F _lineclear lineclear
"""


def _bash_case(command: Command) -> str:
    lines = [f"    {command.name})"]
    lines += ["        case $prev in"]
    for option in _choosing(command):
        lines += [f'        {"|".join(option.names)}) words="{" ".join(option.choices)}" ;;']
    lines += [f'        *) words="{" ".join(_words(command))}" ;;', "        esac ;;"]
    return "\n".join(lines) + "\n"


def zsh(root: Command) -> str:
    """The bash script through zsh's own adapter: one grammar, one truth."""
    return f"#compdef lineclear\nautoload -U +X bashcompinit && bashcompinit\n{bash(root)}"


def fish(root: Command) -> str:
    """One line a word."""
    lines = ["complete -c lineclear -f"]
    for command in root.commands:
        lines.append(f"complete -c lineclear -n __fish_use_subcommand -a {command.name} -d {_quoted(command.help)}")
        inside = f"-n '__fish_seen_subcommand_from {command.name}'"
        lines += [f"complete -c lineclear {inside} -a {below.name}" for below in command.commands]
        lines += [f"complete -c lineclear {inside} {_fish_option(one)}" for one in command.options if one.names]
    return "\n".join(lines) + "\n"


def _fish_option(option: Option) -> str:
    long = [name.lstrip("-") for name in option.names if name.startswith("--")]
    short = [name.lstrip("-") for name in option.names if not name.startswith("--")]
    parts = [f"-l {name}" for name in long] + [f"-s {name}" for name in short]
    if option.choices:
        parts.append(f"-x -a {_quoted(' '.join(option.choices))}")
    elif option.metavar:
        parts.append("-r -F")
    return " ".join([*parts, f"-d {_quoted(option.help)}"])


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _words(command: Command) -> Iterator[str]:
    yield from (below.name for below in command.commands)
    for option in command.options:
        yield from option.names or option.choices


def _choosing(command: Command) -> Iterator[Option]:
    return (one for one in command.options if one.names and one.choices)


SCRIPTS: dict[str, Callable[[Command], str]] = {"bash": bash, "zsh": zsh, "fish": fish}
