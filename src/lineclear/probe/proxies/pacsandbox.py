"""A program, not a module: evaluates one proxy auto-configuration (PAC) and prints what it says, a line each.

It runs in a process of its own (`pac.py` starts it), because a PAC is a stranger's program: it may loop, eat memory
or bring the interpreter down, and the library that runs it (pacparser) is under another licence than we are. The
script has no files and no network: JavaScript has none by itself, and the functions of a PAC that would ask the
network answer from a table that came with the request. What is not in the table is told, and answered with "unknown".

The request is one JSON document on standard input: `path` (where pacparser is), `script`, `asks` (name, URL, host),
`table` (addresses by name), `me` (this machine's address), `memory` and `seconds` (limits).
"""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

_PRELUDE = r"""
(function (table, me, source) {
  "use strict";
  const stringify = JSON.stringify, text = String, push = Function.prototype.call.bind(Array.prototype.push);
  const cut = Function.prototype.call.bind(String.prototype.slice);
  const missing = [], used = [];
  const literal = /^[0-9]{1,3}([.][0-9]{1,3}){3}$|:/;
  let alerts = 0, broken = "";
  const note = (list, host) => { if (list.length < 64 && !list.includes(host)) push(list, host); };
  const known = (host) => {
    if (host === null || host === undefined) return [];
    const name = cut(text(host), 0, 254).toLowerCase();
    if (literal.test(name)) return [name];
    const found = table[name];
    note(found ? used : missing, name);
    return found || [];
  };
  const shown = (problem) => {
    try { return cut(text(problem), 0, 200) || "an error without words"; } catch (_) { return "an error"; }
  };
  globalThis.dnsResolve = (host) => known(host).find((one) => !one.includes(":")) || null;
  globalThis.dnsResolveEx = (host) => known(host).join(";");
  globalThis.myIpAddress = globalThis.myIpAddressEx = () => me;
  globalThis.alert = () => { alerts += 1; };
  globalThis.console = { log: alert, info: alert, warn: alert, error: alert, debug: alert };
  try { (0, eval)(source); } catch (problem) { broken = shown(problem); }
  const given = globalThis.FindProxyForURL;
  const told = (fields) => stringify({ ...fields, missing, used, alerts });
  globalThis.findProxyForURL = (url, host) => {
    if (broken) return told({ broken });
    if (typeof given !== "function") return told({ broken: "it defines no function FindProxyForURL" });
    missing.length = 0;
    try {
      const said = given(url, host);
      if (said === null || said === undefined) return told({ said: "" });
      if (typeof said !== "string") return told({ error: "the answer is no text, but of type " + typeof said });
      return told({ said: cut(said, 0, 600) });
    } catch (problem) { return told({ error: shown(problem) }); }
  };
})(Object.assign(Object.create(null), %s), %s, %s);
"""
"""pacparser calls `findProxyForURL` where there is one; the script's own function keeps its name and meaning."""
_DESCRIPTORS = 16
_LONGEST = 1 << 16


def main() -> None:
    """Read the request, limit this process, evaluate, print."""
    request = json.loads(sys.stdin.buffer.read())
    out = os.fdopen(os.dup(1), "w", encoding="ascii", buffering=1)
    silence = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(silence, descriptor)
    sys.path.insert(0, request["path"])
    import pacparser  # noqa: PLC0415  where the request says it is

    _limit(request["memory"], request["seconds"])
    for line in _answers(pacparser, request):
        out.write(json.dumps(line) + "\n")


def _limit(memory: int, seconds: int) -> None:
    """What the system enforces; where it does not know how, whoever started this process watches."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  not on Windows

    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _DESCRIPTORS),
    ):
        try:
            resource.setrlimit(kind, (most, most + (kind == resource.RLIMIT_CPU)))  # told a second before it is ended
        except (OSError, ValueError):
            continue


def _answers(pacparser: Any, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One line for each question: `name`, and what the script said."""
    pacparser.init()
    words = (json.dumps(request[part]) for part in ("table", "me", "script"))
    pacparser.parse_pac_string(_PRELUDE % tuple(words))
    for name, url, host in request["asks"]:
        try:
            yield {"name": name, "told": _told(pacparser.find_proxy(url, host))}
        except Exception:  # noqa: BLE001  the edge of this process: whatever the script brought about is its answer
            yield {"name": name, "told": {"error": "it could not be asked"}}


def _told(text: str) -> dict[str, Any]:
    """What our own function returned, unless the script has it say something else.

    Raises:
        ValueError: it is not what we wrote.
    """
    told = json.loads(text) if len(text) < _LONGEST else None
    if not isinstance(told, dict):
        raise ValueError  # noqa: TRY004  a value of the script's, not a mistake of ours
    return told


if __name__ == "__main__":
    main()
