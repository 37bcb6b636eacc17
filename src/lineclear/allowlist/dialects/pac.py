"""A proxy auto-configuration that sends these hosts past the proxy, put around the one that is there."""

from collections.abc import Sequence

import msgspec

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import openings
from lineclear.allowlist.heading import commented
from lineclear.allowlist.rule import AllowRule

_SCRIPT = """\
var %(name)s = {
  hosts: %(hosts)s,
  below: %(below)s,
  usual: { http: 80, ws: 80, https: 443, wss: 443, ftp: 21 },
  open: function (ports, port) {
    for (var i = 0; i < ports.length; i++) {
      if (ports[i][0] <= port && port <= ports[i][1]) { return true; }
    }
    return false;
  },
  direct: function (url, host) {
    var parts = /^([a-z]+):\\/\\/(?:[^\\/@]*@)?(?:\\[[^\\]]*\\]|[^\\/:]*)(?::([0-9]+))?/i.exec(url);
    if (!parts) { return false; }
    var port = parts[2] ? Number(parts[2]) : this.usual[parts[1].toLowerCase()];
    var rest = String(host).toLowerCase().replace(/\\.$/, "");
    var own = Object.prototype.hasOwnProperty;
    if (own.call(this.hosts, "=" + rest) && this.open(this.hosts["=" + rest], port)) { return true; }
    while (rest.indexOf(".") >= 0) {
      rest = rest.slice(rest.indexOf(".") + 1);
      if (own.call(this.below, "=" + rest) && this.open(this.below["=" + rest], port)) { return true; }
    }
    return false;
  }
};
var FindProxyForURL = (function (otherwise) {
  return function (url, host) {
    if (%(name)s.direct(url, host)) { return "DIRECT"; }
    return otherwise ? otherwise(url, host) : "DIRECT";
  };
})(typeof FindProxyForURL === "function" ? FindProxyForURL : null);
"""


def pac(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """JavaScript to be put at the end of a PAC file. Keys begin with `=`, so that no host is a word of the language."""
    hosts: dict[str, list[tuple[int, int]]] = {}
    below: dict[str, list[tuple[int, int]]] = {}
    for one in openings(rules):
        ports = [(each.first, each.last) for each in one.ports]
        for name in one.names:
            hosts.setdefault(f"={name}", []).extend(ports)
        for wildcard in one.wildcards:
            below.setdefault(f"={wildcard[2:]}", []).extend(ports)
    values = {"name": context.name(between="_"), "hosts": _table(hosts), "below": _table(below)}
    return commented(rules, context, capability) + _SCRIPT % values


def _table(hosts: dict[str, list[tuple[int, int]]]) -> str:
    return msgspec.json.format(msgspec.json.encode(hosts), indent=0).decode().replace("],", "],\n    ")
