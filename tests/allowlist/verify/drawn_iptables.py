"""Rulesets for iptables-restore and ipset as a person writes them."""

from .drawn import BLOCKS, CLIENTS, PORT_RANGES, RANGES, Draw
from .rig import ADDRESSES, PORTS

PROGRAMS = {4: "iptables", 6: "ip6tables"}
_EMPTY = "".join(
    f"*{table}\n{''.join(f':{chain} ACCEPT [0:0]{chr(10)}' for chain in chains.split())}COMMIT\n"
    for table, chains in (
        ("filter", "INPUT FORWARD OUTPUT"),
        ("mangle", "PREROUTING INPUT FORWARD OUTPUT POSTROUTING"),
        ("raw", "PREROUTING OUTPUT"),
        ("nat", "PREROUTING INPUT OUTPUT POSTROUTING"),
    )
)
CLEAR = f"""for program in iptables ip6tables; do $program-restore <<'END'
{_EMPTY}END
done
ipset destroy
"""
DUMP = "ipset save; iptables-save; ip6tables-save"
_DOUBTFUL = ("-m mark --mark 0x7", "! -f", "-m rt --rt-type 0", "-m frag --fragid 1", "-m limit --limit 3/sec",
             "-m owner --uid-owner 4711", "-m set --match-set seen dst", "-m addrtype --dst-type LOCAL",
             "-m connlimit --connlimit-above 90", "-m connmark --mark 0x1")  # fmt: skip


def script(draw: Draw, *, doubtful: bool) -> str:
    """A script that clears all and sets it anew."""
    parts = [CLEAR, "ipset restore <<'END'\n", *_sets(draw), "END\n"]
    for version, program in PROGRAMS.items():
        parts.append(f"{program}-restore <<'END'\n{_tables(draw, version, doubtful=doubtful)}END\n")
    return "".join(parts)


def _sets(draw: Draw) -> list[str]:
    lines = ["create seen hash:ip timeout 600\n"]
    for version, family in ((4, "inet"), (6, "inet6")):
        lines.append(f"create a{version} hash:ip family {family}\n")
        lines += [f"add a{version} {one}\n" for one in draw.some(ADDRESSES[version], 3)]
        lines.append(f"create n{version} hash:net family {family}\n")
        lines += [f"add n{version} {one}\n" for one in draw.some(BLOCKS[version], 2) if "/0" not in one]
        lines.append(f"create p{version} hash:ip,port family {family}\n")
        for one in draw.some(ADDRESSES[version], 3):
            lines.append(f"add p{version} {one},{draw.one(('tcp:', 'udp:', ''))}{draw.one(PORTS)}\n")
    lines.append("create ports bitmap:port range 0-65535\n")
    lines += [f"add ports {one}\n" for one in draw.some(PORTS, 3)]
    return lines


def _tables(draw: Draw, version: int, *, doubtful: bool) -> str:
    text = ""
    for table in ("mangle", "raw"):
        if draw.chance(12):
            chain = draw.one(("OUTPUT", "PREROUTING"))
            text += f"*{table}\n:{chain} ACCEPT [0:0]\n"
            text += f"{_rule(draw, version, chain, ('ACCEPT', 'DROP', 'MARK --set-mark 5'), doubtful=False)}COMMIT\n"
            text = text if table == "mangle" else text.replace("MARK --set-mark 5", "ACCEPT")
    if draw.chance(12):
        text += "*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o out0 -j MASQUERADE\nCOMMIT\n"
    return text + _filter(draw, version, doubtful=doubtful)


def _filter(draw: Draw, version: int, *, doubtful: bool) -> str:
    helpers = [f"h{number}" for number in range(draw.number(0, 3))]
    policies = {chain: draw.one(("DROP", "DROP", "ACCEPT")) for chain in ("OUTPUT", "FORWARD")}
    policies["INPUT"] = draw.one(("ACCEPT", "ACCEPT", "DROP"))
    lines = [f":{chain} {policy} [0:0]\n" for chain, policy in policies.items()]
    lines += [f":{one} - [0:0]\n" for one in helpers]
    for number, one in enumerate(helpers):
        lines += _rules(draw, version, one, helpers[number + 1 :], doubtful=doubtful)
    for chain in policies:
        if draw.chance(75):
            state = draw.one(("-m conntrack --ctstate", "-m state --state"))
            lines.append(f"-A {chain} {state} {draw.one(('RELATED,ESTABLISHED', 'ESTABLISHED'))} -j ACCEPT\n")
        if chain != "INPUT" or draw.chance(30):
            lines += _rules(draw, version, chain, helpers, doubtful=doubtful)
    return f"*filter\n{''.join(lines)}COMMIT\n"


def _rules(draw: Draw, version: int, chain: str, helpers: list[str], *, doubtful: bool) -> list[str]:
    targets = ("ACCEPT", "ACCEPT", "DROP", "REJECT", "RETURN", 'LOG --log-prefix "a -j b"', *helpers, *helpers)
    return [_rule(draw, version, chain, targets, doubtful=doubtful) for _ in range(draw.number(1, 6))]


def _rule(draw: Draw, version: int, chain: str, targets: tuple[str, ...], *, doubtful: bool) -> str:
    parts = [f"-A {chain}"]
    if draw.chance(20):
        parts.append(f"{_sign(draw)}-s {draw.one(CLIENTS[version])}")
    if draw.chance(65):
        parts.append(_place(draw, version))
    if draw.chance(12) and (device := _device(draw, chain)):
        parts.append(f"{_sign(draw)}{device}")
    if draw.chance(75):
        parts.append(_ports(draw))
    if draw.chance(12):
        states = draw.one(("NEW", "NEW,ESTABLISHED", "INVALID"))
        parts.append(f"-m conntrack {_sign(draw)}--ctstate {states}")
    if draw.chance(12):
        parts.append(f"-m set {_sign(draw)}--match-set p{version} dst,dst")
    if doubtful and draw.chance(20):
        doubt = draw.one(_DOUBTFUL)
        only = {4: ("seen", "-f"), 6: ("-m rt", "-m frag")}
        wrong = any(word in doubt for word in only[10 - version])
        if not ("owner" in doubt and chain != "OUTPUT") and not wrong:
            parts.append(doubt)
    if draw.chance(10):
        parts.append('-m comment --comment "it is -j \\"DROP\\" here"')
    target = draw.one(targets)
    return " ".join((*parts, "-g" if target.startswith("h") and draw.chance(30) else "-j", target)) + "\n"


def _sign(draw: Draw) -> str:
    return "! " if draw.chance(18) else ""


def _device(draw: Draw, chain: str) -> str:
    out, into = ("-o out0", "-o out+", "-o lo", "-o eth0"), ("-i in0", "-i in+", "-i lo")
    return draw.one({"OUTPUT": out, "FORWARD": (*out, *into), "INPUT": (*into, "-i out0")}.get(chain, ("",)))


def _place(draw: Draw, version: int) -> str:
    first, last = draw.one(RANGES[version])
    block = draw.one(BLOCKS[version])
    return draw.one(
        (
            f"{_sign(draw)}-d {draw.one(ADDRESSES[version])}",
            f"-d {block}" if block.endswith("/0") else f"{_sign(draw)}-d {block}",  # the kernel refuses "not any"
            f"-m iprange {_sign(draw)}--dst-range {first}-{last}",
            f"-m set {_sign(draw)}--match-set a{version} dst",
            f"-m set {_sign(draw)}--match-set n{version} dst",
            f"-m set {_sign(draw)}--match-set n{version} src",
        )
    )


def _ports(draw: Draw) -> str:
    first, last = draw.one(PORT_RANGES)
    port, protocol = draw.one(PORTS), draw.one(("tcp", "tcp", "udp"))
    several = ",".join(map(str, draw.some(PORTS, 3)))
    flags = draw.one(("SYN,ACK SYN", "FIN,SYN,RST,ACK SYN", "ACK ACK", "ALL SYN", "SYN,ACK SYN,ACK"))
    choices = [
        f"-p {protocol} -m {protocol} {_sign(draw)}--dport {port}",
        f"-p {protocol} -m {protocol} {_sign(draw)}--dport {first}:{last}",
        f"-p {protocol} -m {protocol} --dport {port}:",
        f"-p {protocol} -m {protocol} {_sign(draw)}--sport 1024:65535",
        f"-p {protocol} -m multiport {_sign(draw)}--dports {several},4100:5000",
        f"-p {protocol} -m multiport {_sign(draw)}--ports {several}",
        f"{_sign(draw)}-p {draw.one(('tcp', 'udp', '47', 'all'))}".replace("! -p all", "-p all"),
        f"-p tcp -m tcp {_sign(draw)}--tcp-flags {flags}",
        f"-p {protocol} -m set {_sign(draw)}--match-set ports dst",
    ]
    return draw.one(choices)
