"""Rulesets for nft as a person writes them: tables, hooks, jumps, sets, maps, ranges, negation, states, interfaces."""

from .drawn import BLOCKS, CLIENTS, PORT_RANGES, RANGES, Draw
from .rig import ADDRESSES, PORTS

_TYPES = {4: "ipv4_addr", 6: "ipv6_addr"}
_WORDS = {4: "ip", 6: "ip6"}
_ANSWERS = (
    "ct state established,related accept",
    "ct state { established, related } accept",
    "ct state vmap { invalid : drop, established : accept, related : accept }",
)
_DEVICES = (
    'oifname "out0"',
    'oifname != "out0"',
    'iifname "in0"',
    'iifname { "in0", "wg*" }',
    'oifname "out*"',
    'iifname != { "in0", "lo" }',
    "oif lo",
    'oifname "eth0"',
)
_DOUBTFUL = (
    "meta mark 0x7",
    "limit rate 3/second",
    "ct mark 0x1",
    "meta skuid 4711",
    "quota over 20 mbytes",
    "fib daddr type local",
    "rt type 0",
    "exthdr frag missing",
    "ct status dnat",
    "ip daddr @seen",
    "ct count over 90",
)


def ruleset(draw: Draw, *, doubtful: bool) -> str:
    """A file for `nft -f`; `doubtful`: with marks, rates and what else cannot be foreseen."""
    families = draw.one((("inet",), ("inet",), ("inet",), ("ip", "ip6"), ("inet", "ip"), ("inet", "inet"), ("ip",)))
    return "".join(_table(draw, family, f"t{number}", doubtful=doubtful) for number, family in enumerate(families))


def _table(draw: Draw, family: str, name: str, *, doubtful: bool) -> str:
    versions = {"inet": (4, 6), "ip": (4,), "ip6": (6,)}[family]
    lines = [line for version in versions for line in _named_sets(draw, version)]
    lines.append(f"  set ports {{ type inet_service; flags interval; elements = {{ {_ports(draw)} }} }}")
    if 4 in versions:
        lines.append("  set seen { type ipv4_addr; flags dynamic,timeout; timeout 5m; }")
    helpers = [f"h{number}" for number in range(draw.number(0, 3))]
    lines += [
        _chain(draw, versions, (one, ""), helpers[number + 1 :], doubtful=doubtful)
        for number, one in enumerate(helpers)
    ]
    for hook in ("output", "forward", "input", "postrouting"):
        if draw.chance({"output": 95, "forward": 95, "input": 35, "postrouting": 12}[hook]):
            priority = draw.one((0, 0, -150, 50))
            policy = draw.one(("drop", "drop", "accept"))
            head = f"    type filter hook {hook} priority {priority}; policy {policy};\n"
            lines.append(_chain(draw, versions, (hook, head), helpers, doubtful=doubtful))
    text = f"table {family} {name} {{\n" + "\n".join(lines) + "\n}\n"
    return text.replace("reject", "drop") if "hook postrouting" in text else text  # the kernel refuses it there


def _named_sets(draw: Draw, version: int) -> list[str]:
    found = ", ".join(dict.fromkeys(draw.some(ADDRESSES[version], 3)))
    block = draw.one(BLOCKS[version])
    pairs = ", ".join(f"{one} . {draw.one(PORTS)}" for one in draw.some(ADDRESSES[version], 3))
    kind = _TYPES[version]
    return [
        f"  set a{version} {{ type {kind}; elements = {{ {found} }} }}",
        f"  set b{version} {{ type {kind}; flags interval; elements = {{ {block} }} }}",
        f"  set p{version} {{ type {kind} . inet_service; elements = {{ {pairs} }} }}",
    ]


def _chain(draw: Draw, versions: tuple[int, ...], named: tuple[str, str], helpers: list[str], *, doubtful: bool) -> str:
    name, head = named
    lines = []
    if head and draw.chance(75):
        lines.append(draw.one(_ANSWERS))
    if head and draw.chance(15):
        lines.append('oifname "lo" accept')
    lines += [_rule(draw, versions, helpers, doubtful=doubtful) for _ in range(draw.number(1, 6))]
    return f"  chain {name} {{\n{head}" + "".join(f"    {line}\n" for line in lines) + "  }"


def _rule(draw: Draw, versions: tuple[int, ...], helpers: list[str], *, doubtful: bool) -> str:
    version = draw.one(versions)
    words = draw.one((_by_parts, _by_parts, _by_parts, _by_pair, _by_map))(draw, version, helpers)
    if doubtful and draw.chance(25):
        doubt = draw.one(_DOUBTFUL)
        elsewhere = ("ip daddr",) if version == 6 else ("rt ", "exthdr")
        words = f"{'meta mark 7' if doubt.startswith(elsewhere) else doubt} {words}"
    if len(versions) > 1 and draw.chance(8):
        words = f"meta nfproto ipv{version} {words}"
    return words


def _by_parts(draw: Draw, version: int, helpers: list[str]) -> str:
    parts = []
    if draw.chance(15):
        parts.append(draw.one(("ct state new", "ct state != established", "ct state new,established",
                               "ct direction original", "ct state { new }")))  # fmt: skip
    if draw.chance(12):
        parts.append(draw.one(_DEVICES))
    if draw.chance(20):
        parts.append(f"{_WORDS[version]} saddr {_sign(draw)}{draw.one(CLIENTS[version])}")
    if draw.chance(70):
        parts.append(f"{_WORDS[version]} daddr {_sign(draw)}{_place(draw, version)}")
    parts.append(draw.one((_tcp_or_udp, _tcp_or_udp, _tcp_or_udp, _transport, _flags, _anything))(draw))
    return " ".join((*parts, _verdict(draw, helpers)))


def _by_pair(draw: Draw, version: int, helpers: list[str]) -> str:
    word = _WORDS[version]
    pairs = ", ".join(
        f"{one} . {port}" for one, port in zip(draw.some(ADDRESSES[version], 3), (443, "4000-4001", 53), strict=False)
    )
    among = draw.one((f"@p{version}", f"{{ {pairs} }}"))
    return f"{word} daddr . {draw.one(('tcp', 'udp'))} dport {_sign(draw)}{among} {_verdict(draw, helpers)}"


def _by_map(draw: Draw, version: int, helpers: list[str]) -> str:
    del version
    jumps = [f"jump {one}" for one in helpers]
    verdicts = (*jumps, "accept", "drop", "return", "continue")
    entries = ", ".join(f"{port} : {draw.one(verdicts)}" for port in draw.some((*PORTS, "1000-3999"), 4))
    return f"{draw.one(('tcp', 'udp'))} dport vmap {{ {entries} }}"


def _tcp_or_udp(draw: Draw) -> str:
    return f"{draw.one(('tcp', 'tcp', 'udp'))} {_port_words(draw)}"


def _anything(_: Draw) -> str:
    return ""


def _transport(draw: Draw) -> str:
    protocol = draw.one(("meta l4proto { tcp, udp }", "meta l4proto tcp", "meta l4proto != udp"))
    return f"{protocol} {f'th {_port_words(draw)}' if draw.chance(70) else ''}"


def _flags(draw: Draw) -> str:
    flags = ("tcp flags & (fin|syn|rst|ack) == syn", "tcp flags syn / syn,ack", "tcp flags & (syn|ack) != syn",
             "tcp flags syn,ack / syn,ack", "tcp flags & ack == ack")  # fmt: skip
    return f"{draw.one(flags)} {f'tcp {_port_words(draw)}' if draw.chance(40) else ''}"


def _sign(draw: Draw) -> str:
    return "!= " if draw.chance(18) else ""


def _place(draw: Draw, version: int) -> str:
    first, last = draw.one(RANGES[version])
    several = ", ".join(draw.some(ADDRESSES[version], 3))
    return draw.one(
        (draw.one(ADDRESSES[version]), draw.one(BLOCKS[version]), f"{first}-{last}", f"{{ {several} }}",
         f"@a{version}", f"@b{version}")
    )  # fmt: skip


def _ports(draw: Draw) -> str:
    first, last = draw.one(PORT_RANGES)
    outside = [str(port) for port in draw.some(PORTS, 3) if not first <= port <= last]
    return ", ".join((*outside, f"{first}-{last}"))


def _port_words(draw: Draw) -> str:
    first, last = draw.one(PORT_RANGES)
    port = draw.one(PORTS)
    return draw.one(
        (f"dport {_sign(draw)}{port}", f"dport {_sign(draw)}{{ {_ports(draw)} }}", f"dport {_sign(draw)}@ports",
         f"dport {_sign(draw)}{first}-{last}", f"dport >= {port}", f"dport < {port}", "sport 1024-65535",
         f"sport {_sign(draw)}1-1023")
    )  # fmt: skip


def _verdict(draw: Draw, helpers: list[str]) -> str:
    jumps = [f"{draw.one(('jump', 'jump', 'goto'))} {one}" for one in helpers]
    return draw.one(
        (*jumps, *jumps, "accept", "accept", "accept", "drop", "drop", "return", "counter accept",
         "reject", 'log prefix "x" accept', "counter")
    )  # fmt: skip
