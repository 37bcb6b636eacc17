"""Rules of nft's JSON one by one: what fits, what does not, and what cannot be told."""

import json
from typing import Any

import pytest

from lineclear.allowlist.verify import Ruling, format_of
from lineclear.allowlist.verify.asking import request
from lineclear.allowlist.verify.conditions import Every, Not, Unknown, doubts, protocol_is
from lineclear.errors import UsageError

from .asked import ACCEPT, ANSWERS, DROP, fate_of, match, meta, nft, nft_text, payload, ruling_of

PERMITTED, BLOCKED, CANNOT_TELL = Ruling.PERMITTED, Ruling.BLOCKED, Ruling.CANNOT_TELL
TO, PORT = payload("ip daddr"), payload("tcp dport")
WEB = "192.0.2.1 443"
SETS = (
    {"set": {"family": "inet", "table": "t", "name": "web", "type": "ipv4_addr",
             "elem": [{"prefix": {"addr": "192.0.2.0", "len": 24}}, {"elem": {"val": "198.51.100.7", "timeout": 9}}]}},
    {"set": {"family": "inet", "table": "t", "name": "none", "type": "ipv4_addr"}},
    {"set": {"family": "inet", "table": "t", "name": "moves", "type": "ipv4_addr", "flags": ["timeout"]}},
    {"set": {"family": "inet", "table": "t", "name": "grows", "type": "ipv4_addr"}},
    {"map": {"family": "inet", "table": "t", "name": "ways", "type": "inet_service", "map": "verdict",
             "elem": [[443, {"accept": None}], [80, {"drop": None}]]}},
    {"map": {"family": "inet", "table": "t", "name": "wild", "type": "inet_service", "map": "verdict",
             "flags": "dynamic"}},
    {"chain": {"family": "inet", "table": "t", "name": "side"}},
    {"chain": {"family": "inet", "table": "t", "name": "round"}},
    {"rule": {"family": "inet", "table": "t", "chain": "side", "handle": 90, "expr": [match(PORT, 443), ACCEPT]}},
    {"rule": {"family": "inet", "table": "t", "chain": "round", "handle": 91, "expr": [{"jump": {"target": "round"}}]}},
    {"counter": {"family": "inet", "table": "t", "name": "seen"}},
)  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (match(TO, "192.0.2.1"), PERMITTED),
        (match(TO, "192.0.2.2"), BLOCKED),
        (match(TO, "192.0.2.1", "!="), BLOCKED),
        (match(TO, {"prefix": {"addr": "192.0.2.0", "len": 24}}), PERMITTED),
        (match(TO, {"range": ["192.0.2.2", "192.0.2.9"]}), BLOCKED),
        (match(TO, {"set": ["192.0.2.1", "192.0.2.9"]}), PERMITTED),
        (match(TO, "@web"), PERMITTED),
        (match(TO, "@web", "!="), BLOCKED),
        (match(TO, "@none"), BLOCKED),
        (match(TO, "@none", "!="), PERMITTED),
        (match(TO, "@moves"), CANNOT_TELL),
        (match(payload("ip6 daddr"), "2001:db8::1", "!="), BLOCKED),
        (match(PORT, 443), PERMITTED),
        (match(PORT, {"range": [400, 500]}), PERMITTED),
        (match(PORT, 443, ">"), BLOCKED),
        (match(PORT, 443, ">="), PERMITTED),
        (match(PORT, 443, "<="), PERMITTED),
        (match(PORT, 0, "<"), BLOCKED),
        (match(payload("udp dport"), 443), BLOCKED),
        (match(payload("udp dport"), 53, "!="), BLOCKED),
        (match(payload("tcp sport"), {"range": [1, 1023]}), BLOCKED),
        (match(payload("tcp sport"), {"range": [1024, 65535]}), PERMITTED),
        (match(payload("tcp sport"), {"range": [32768, 65535]}), CANNOT_TELL),
        (match(payload("tcp window"), 5), CANNOT_TELL),
        (match(payload("icmp type"), "echo-request"), BLOCKED),
        (match(payload("ether type"), "ip"), CANNOT_TELL),
        (match(meta("l4proto"), {"set": ["tcp", "udp"]}), PERMITTED),
        (match(meta("l4proto"), "ospfigp"), BLOCKED),
        (match(meta("nfproto"), "ipv6"), BLOCKED),
        (match(meta("protocol"), "ip"), PERMITTED),
        (match(meta("mark"), 1), CANNOT_TELL),
        (match(meta("mark"), 1, ">"), CANNOT_TELL),
        (match(meta("oifname"), "lo"), BLOCKED),
        (match(meta("oifname"), "eth0"), CANNOT_TELL),
        (match(meta("iifname"), "eth0"), BLOCKED),
        (match(meta("oif"), 7), CANNOT_TELL),
        (match({"ct": {"key": "state"}}, "new", "in"), PERMITTED),
        (match({"ct": {"key": "state"}}, {"set": ["new", "untracked"]}), PERMITTED),
        (match({"ct": {"key": "state"}}, "snooze"), CANNOT_TELL),
        (match({"ct": {"key": "direction"}}, "original"), PERMITTED),
        (match({"ct": {"key": "ip daddr", "dir": "original"}}, "192.0.2.1"), CANNOT_TELL),
        (match({"fib": {"result": "type", "flags": ["daddr"]}}, "local"), BLOCKED),
        (match({"fib": {"result": "type", "flags": ["daddr", "iif"]}}, {"set": ["local"]}, "!="), PERMITTED),
        (match({"fib": {"result": "type", "flags": ["daddr"]}}, "unicast"), PERMITTED),
        (match({"fib": {"result": "type", "flags": ["daddr"]}}, "blackhole"), CANNOT_TELL),
        (match({"fib": {"result": "type", "flags": "saddr"}}, "local"), CANNOT_TELL),
        (match({"exthdr": {"name": "rt", "field": "type"}}, 0), BLOCKED),
        (match({"exthdr": {"name": "rt", "field": "type"}}, 0, "!="), BLOCKED),
        (match({"exthdr": {"name": "frag"}}, False), PERMITTED),
        (match({"exthdr": {"name": "frag"}}, True), BLOCKED),
        (match({"exthdr": {"name": "dst"}}, True), CANNOT_TELL),
        (match({"ct": {"key": "status"}}, "dnat", "in"), BLOCKED),
        (match({"ct": {"key": "status"}}, ["snat", "dnat"], "in"), CANNOT_TELL),
        (match({"ct": {"key": "status"}}, "dnat", "!="), CANNOT_TELL),
        (match({"fib": {"result": "oif", "flags": ["saddr", "iif"]}}, False), CANNOT_TELL),
        (match({"&": [meta("mark"), 255]}, 1), CANNOT_TELL),
        (match({"&": [payload("tcp flags"), ["syn", "ack"]]}, "syn"), PERMITTED),
        (match({"&": [payload("tcp flags"), {"|": ["syn", "ack"]}]}, ["syn", "ack"]), BLOCKED),
        (match({"&": [payload("tcp flags"), ["syn", "ack"]]}, 0), BLOCKED),
        (match({"&": [payload("tcp flags"), ["syn", "ecn"]]}, "syn"), CANNOT_TELL),
        (match(payload("tcp flags"), "syn", "in"), PERMITTED),
        (match(payload("tcp flags"), {"set": ["fin", "rst"]}), BLOCKED),
        (match(payload("tcp flags"), "rst"), BLOCKED),
        (match({"concat": [TO, PORT]}, {"set": [{"concat": ["192.0.2.1", {"range": [400, 500]}]}]}), PERMITTED),
        (match({"concat": [TO, PORT]}, {"set": [{"concat": ["192.0.2.1", 80]}]}), BLOCKED),
        (match({"concat": [TO, PORT]}, {"set": [{"concat": ["192.0.2.1", 80]}]}, "!="), PERMITTED),
        (match("something", "else"), CANNOT_TELL),
        ({"limit": {"rate": 5}}, CANNOT_TELL),
        ({"xt": None}, CANNOT_TELL),
        ({"xt": {"type": "match", "name": "owner"}}, CANNOT_TELL),
        ({"xt": {"type": "match", "name": "comment"}}, PERMITTED),
        ({"flow": {"op": "add", "flowtable": "@fast"}}, CANNOT_TELL),
        ({"mangle": {"key": payload("ip dscp"), "value": "cs4"}}, CANNOT_TELL),
    ],
)  # fmt: skip
def test_a_rule_that_accepts(condition: Any, expected: Ruling) -> None:
    ruleset = nft(ANSWERS, [condition, match(meta("l4proto"), "tcp"), ACCEPT], more=SETS)
    assert ruling_of(ruleset, WEB) is expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([{"counter": {}}, {"log": {"prefix": "x"}}, ACCEPT], PERMITTED),
        ([{"counter": {}}], BLOCKED),
        ([DROP], BLOCKED),
        ([{"reject": None}], BLOCKED),
        ([{"reject": {"type": "icmpv6", "expr": "port-unreachable"}}], PERMITTED),
        ([{"reject": {"type": "tcp reset"}}], BLOCKED),
        ([{"return": None}], BLOCKED),
        ([{"continue": None}], PERMITTED),
        ([{"jump": {"target": "side"}}], PERMITTED),
        ([{"goto": {"target": "side"}}], PERMITTED),
        ([match(PORT, 80), {"goto": {"target": "side"}}], PERMITTED),
        ([{"jump": {"target": "round"}}], CANNOT_TELL),
        ([{"mangle": {"key": {"meta": {"key": "mark"}}, "value": 1}}, ACCEPT], PERMITTED),
        ([{"mangle": {"key": {"payload": {"protocol": "ip", "field": "daddr"}}, "value": "192.0.2.9"}}], CANNOT_TELL),
        ([{"mangle": {"key": {"tcp option": {"name": "maxseg", "field": "size"}}, "value": {"rt": "mtu"}}}], PERMITTED),
        ([{"mangle": {"key": payload("ip6 hoplimit"), "value": 4}}], PERMITTED),
        ([{"mangle": {"key": {"meta": None}, "value": 4}}], CANNOT_TELL),
        ([{"mangle": None}], CANNOT_TELL),
        ([match(meta("l4proto"), "tcp"), {"flow": {"op": "add", "flowtable": "@fast"}}], PERMITTED),
        ([{"counter": {}}, {"xt": {"type": "target", "name": "REJECT"}}], BLOCKED),
        ([{"xt": {"type": "target", "name": "LOG"}}], PERMITTED),
        ([{"xt": {"type": "match", "name": "owner"}}], PERMITTED),
        ([{"xt": {"type": "target", "name": "DNAT"}}], CANNOT_TELL),
        ([{"xt": {"type": "target", "name": "MASQUERADE"}}], PERMITTED),
        ([{"counter": {}}, {"xt": None}, {"counter": {}}], CANNOT_TELL),
        ([{"xt": {"type": "match", "name": "set"}}, {"counter": {}}, {"xt": {"type": "target", "name": "X"}}],
         CANNOT_TELL),
        ([{"notrack": None}], CANNOT_TELL),
        ([{"dnat": {"addr": "192.0.2.9"}}], CANNOT_TELL),
        ([{"queue": None}], CANNOT_TELL),
        ([{"set": {"op": "add", "elem": TO, "set": "@grows"}}, DROP], CANNOT_TELL),
        ([{"vmap": {"key": PORT, "data": {"set": [[443, ACCEPT], [80, DROP]]}}}], PERMITTED),
        ([{"vmap": {"key": PORT, "data": {"set": [[443, DROP]]}}}], BLOCKED),
        ([{"vmap": {"key": PORT, "data": {"set": [[443, {"jump": {"target": "side"}}]]}}}], PERMITTED),
        ([{"vmap": {"key": PORT, "data": "@ways"}}], PERMITTED),
        ([{"vmap": {"key": PORT, "data": "@wild"}}], CANNOT_TELL),
    ],
)  # fmt: skip
def test_what_a_rule_does(statements: list[Any], expected: Ruling) -> None:
    ends = statements[-1] in ({"return": None}, {"counter": {}})
    behind = [] if ends else [[match(TO, "192.0.2.1"), ACCEPT]]
    ruleset = nft(ANSWERS, statements, *behind, more=SETS)
    assert ruling_of(ruleset, WEB) is expected


def test_a_chain_that_is_jumped_to_twice() -> None:
    jump = {"jump": {"target": "side"}}
    marked = [match(meta("mark"), 1), jump]
    found = fate_of(nft(ANSWERS, marked, [jump], more=SETS), WEB)
    assert (found.ruling, found.by.place) == (PERMITTED, "inet t side, handle 90")
    assert ruling_of(nft(ANSWERS, marked, [match(meta("mark"), 2), ACCEPT], more=SETS), WEB) is CANNOT_TELL
    twice = [match(meta("mark"), 1), ACCEPT], [match(meta("mark"), 2), ACCEPT]
    assert fate_of(nft(ANSWERS, *twice), WEB).by.place == "inet t c, handle 2"
    assert ruling_of(nft(ANSWERS, [{"goto": {"target": "side"}}], more=SETS), "192.0.2.1 80") is BLOCKED


def test_the_rule_that_decides_for_certain_is_named_however_deep_it_stands() -> None:
    perhaps, side = [match(meta("mark"), 1), DROP], {"rule": {"family": "inet", "table": "t", "chain": "side"}}
    deep = {"rule": {**side["rule"], "handle": 92, "expr": [DROP]}}
    found = fate_of(nft(perhaps, [{"jump": {"target": "side"}}], policy="accept", more=(*SETS[:-1], deep)), "1.2.3.4 9")
    assert (found.ruling, found.by.place) == (BLOCKED, "inet t side, handle 92")
    assert fate_of(nft(perhaps), WEB).by.place == "inet t c, policy drop"


def test_behind_a_translated_request_nothing_is_certain() -> None:
    nat = {"chain": {"family": "ip", "table": "n", "name": "pre", "type": "nat", "hook": "prerouting", "prio": -100}}
    there = {"family": "ip", "table": "n", "chain": "pre", "handle": 1}
    sent = {"rule": {**there, "expr": [match(PORT, 443), {"dnat": {"addr": "10.0.0.9"}}]}}
    back = [match(payload("tcp sport"), 443), DROP]
    ruleset = nft(back, policy="accept", hook="forward", more=(nat, sent))
    ways = {"hook": "forward", "sources": ((4, (1, 1)), (4, (2, 2)))}
    found = fate_of(ruleset, WEB, **ways)
    assert (found.ruling, found.why) == (CANNOT_TELL, "what dnat does is not modelled")
    assert fate_of(nft(back, policy="accept", hook="forward"), WEB, **ways).step == "the answer"


def test_a_set_that_a_rule_adds_to_is_not_believed() -> None:
    adds = {"set": {"op": "add", "elem": payload("ip saddr"), "set": "@grows"}}
    assert (
        ruling_of(nft(ANSWERS, [match(PORT, 22), adds], [match(TO, "@grows"), ACCEPT], more=SETS), WEB) is CANNOT_TELL
    )


def test_what_cannot_be_told_does_not_matter_when_both_ways_end_alike() -> None:
    marked = [match(meta("mark"), 1)]
    assert ruling_of(nft([*marked, ACCEPT], policy="accept"), WEB) is PERMITTED
    assert ruling_of(nft([*marked, DROP]), WEB) is BLOCKED
    found = fate_of(nft([*marked, DROP], policy="accept"), WEB)
    assert (found.ruling, found.by.place, found.why) == (CANNOT_TELL, "inet t c, handle 1", "it depends on meta mark")


def test_every_doubt_of_a_rule_can_be_told() -> None:
    parts = (Unknown("one"), protocol_is(6), Not(Unknown("two")))
    packet = request(4, 6, (0, 0), (1, 1), (443, 443))
    assert list(doubts(Every(parts), packet)) == ["one", "two"]
    assert list(doubts(protocol_is(6), packet)) == []


def test_every_packet_of_a_conversation_must_get_through() -> None:
    only_new = [match({"ct": {"key": "state"}}, "new"), match(PORT, 443), ACCEPT]
    assert fate_of(nft(only_new), WEB).step == "what is sent on"
    assert fate_of(nft(policy="drop", hook="input"), WEB).step == "the answer"
    assert fate_of(nft(policy="drop", hook="input"), "192.0.2.1 53 udp").step == "what is answered"
    assert ruling_of(nft(policy="drop", hook="forward"), WEB) is PERMITTED
    assert ruling_of(nft([match(PORT, 443), ACCEPT], hook="forward"), WEB, hook="forward") is BLOCKED


def test_the_interfaces_that_are_named_are_known() -> None:
    out = [match(meta("oifname"), {"set": ["wan*", "ppp0"]}), ACCEPT]
    ruleset = nft(ANSWERS, out, hook="forward")
    assert ruling_of(ruleset, WEB, hook="forward", out="wan0") is PERMITTED
    assert ruling_of(ruleset, WEB, hook="forward", out="lan0") is BLOCKED
    assert ruling_of(ruleset, WEB, hook="forward") is CANNOT_TELL
    came = nft([match(meta("iifname"), "lan0"), ACCEPT], hook="postrouting", policy="drop")
    assert ruling_of(came, WEB, hook="forward", into="lan0") is CANNOT_TELL


def test_every_chain_at_a_hook_must_accept_and_others_are_not_asked() -> None:
    second = {"chain": {"family": "ip", "table": "u", "name": "d", "type": "filter", "hook": "output", "prio": -5,
                        "policy": "drop"}}  # fmt: skip
    both = nft(policy="accept", more=({"table": {"family": "ip", "name": "u"}}, second))
    assert fate_of(both, WEB).by.said() == "ip u d, policy drop"
    assert ruling_of(both, "2001:db8::1 443") is PERMITTED
    asleep = nft(policy="accept", more=({"table": {"family": "ip", "name": "u", "flags": "dormant"}}, second))
    assert fate_of(asleep, WEB).by.place == "inet t c, policy accept"
    nothing = format_of("nftables").read('{"nftables": []}', "x")
    assert fate_of(nothing, WEB).by.place == "nothing filters at output"


@pytest.mark.parametrize(("family", "hook"), [("netdev", "egress"), ("bridge", "output"), ("arp", "input")])
def test_a_chain_on_another_layer_is_believed_only_when_it_accepts(family: str, hook: str) -> None:
    for policy, expected in (("accept", PERMITTED), ("drop", CANNOT_TELL)):
        chain = {"family": family, "table": "u", "name": "d", "type": "filter", "hook": hook, "policy": policy}
        assert ruling_of(nft(policy="accept", more=({"chain": chain},)), WEB) is expected


def test_addresses_are_translated_behind_the_filter() -> None:
    hidden = {
        "chain": {"family": "ip", "table": "n", "name": "post", "type": "nat", "hook": "postrouting", "prio": 100}
    }
    rule = {"rule": {"family": "ip", "table": "n", "chain": "post", "handle": 1, "expr": [{"masquerade": None}]}}
    ours = [match(payload("ip saddr"), "10.0.0.1"), ACCEPT]
    late = nft(ours, policy="drop", hook="postrouting", prio=200, more=(hidden, rule))
    early = nft(ANSWERS, ours, policy="drop", hook="postrouting", prio=50, more=(hidden, rule))
    sources = ((4, (0x0A000001, 0x0A000001)),)
    assert ruling_of(early, WEB, sources=sources) is PERMITTED
    assert ruling_of(late, WEB, sources=sources) is CANNOT_TELL
    before = {"chain": {**hidden["chain"], "name": "pre", "hook": "prerouting", "prio": -100}}
    from_us = nft(ANSWERS, ours, policy="drop", hook="forward", more=(before, hidden, rule))
    assert ruling_of(from_us, WEB, hook="forward", sources=sources) is PERMITTED
    home = nft([match(TO, "10.0.0.1"), ACCEPT], policy="drop", hook="prerouting", prio=-300, more=(hidden, rule))
    assert ruling_of(home, WEB, sources=sources) is CANNOT_TELL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"nftables": [\n  {"table": }]}', "line 2, column 13: expected JSON, not '}]}'"),
        ("table inet filter {", "line 1, column 1: expected JSON, not 'table inet f'"),
        ("[" * 100_000, "line 1, column 1: expected JSON, not 'something too deep or too long'"),
        ("[]", """line 1, column 1: expected {"nftables": [...]}, not '[]'"""),
        ('{"nftables": [\n {"a": 1, "b": 2}]}', "line 2, column 2: expected one object, such as"),
        ('{"nftables": [{"rule":\n  7}]}', "line 2, column 3: expected an object, not '7'"),
        (nft_text([match(PORT, "https")]), "expected a port, not 'https'"),
        (nft_text([match(PORT, 65536)]), "expected a port, not '65536'"),
        (nft_text([match(PORT, {"range": [9, 1]})]), "expected a range that ascends, not '9-1'"),
        (nft_text([match(PORT, {"range": [9]})]), "expected a value or a range"),
        (nft_text([match(TO, "2001:db8::1")]), "expected an IPv4 address, not '2001:db8::1'"),
        (nft_text([match(TO, "a.example")]), "expected an IPv4 address, not 'a.example'"),
        (nft_text([match(TO, {"prefix": {"addr": "192.0.2.0", "len": 33}})]), "expected the length of a prefix, not"),
        (nft_text([match(meta("oifname"), {"a": 1})]), "expected a word, not 'a'"),
        (nft_text([match(payload("tcp flags"), "sin")]), "expected TCP flags, not 'sin'"),
        (nft_text([match({"concat": [TO, PORT]}, {"set": ["192.0.2.1"]})]), "expected a concatenation of 2, not"),
        (nft_text([match(TO, "@gone")]), "expected a set that is listed, not '@gone'"),
        (nft_text([{"match": {"op": "=="}}]), 'expected a match of "left", "op" and "right"'),
        (nft_text([{"vmap": {}}]), 'expected a verdict map of "key" and "data"'),
        (nft_text([{"vmap": {"key": PORT, "data": {"set": [443]}}}]), "expected a pair of a key and a verdict, not"),
        (nft_text([{"jump": {"target": "gone"}}]), "expected a jump to a chain that is listed, not 'inet t gone'"),
        (nft_text([{"jump": 1}]), "expected a jump to a chain that is listed, not 'inet t None'"),
        (nft_text([7]), "expected one statement, not '7'"),
        (nft_text({"accept": None}), "expected a list of statements, not"),  # type: ignore[arg-type]
        ('{"nftables": [{"rule": {"family": "ip", "table": "t", "chain": "c"}}]}', "expected a rule of a chain"),
    ],
)  # fmt: skip
def test_what_is_no_ruleset_is_told_by_line_and_column(text: str, expected: str) -> None:
    with pytest.raises(UsageError) as told:
        format_of("nftables").read(text, "rules.json")
    assert expected in str(told.value)
    assert str(told.value).startswith("rules.json, line ")
    assert "nft -j list ruleset" in str(told.value)


def test_the_column_is_that_of_the_statement() -> None:
    text = json.dumps(json.loads(nft_text([match(PORT, 1)], [match(PORT, "x")])), indent=1)
    with pytest.raises(UsageError) as told:
        format_of("nftables").read(text, "r")
    line, column = (int(word.rstrip(":,")) for word in str(told.value).split()[2:5:2])
    assert text.splitlines()[line - 1][column - 1 :].startswith("{")
    assert '"x"' in "".join(text.splitlines()[line - 1 : line + 12])


def test_a_key_that_stands_there_twice_leads_to_no_crash() -> None:
    with pytest.raises(UsageError, match="expected an object"):
        format_of("nftables").read('{"nftables": 1, "nftables": [{"rule": 3}]}', "r")


def test_rules_are_shown_as_nft_writes_them() -> None:
    rule = [
        match(TO, {"set": ["192.0.2.1"] * 9}),
        match({"&": [payload("tcp flags"), ["syn", "ack"]]}, "syn"),
        match({"concat": [meta("iifname"), meta("mark")]}, {"concat": ["a", 1]}, "!="),
        match({"range": [1]}, {"prefix": {}}),
        {"counter": {}},
        DROP,
    ]
    of_iptables = [{"xt": {"type": "target", "name": "REJECT"}}]
    kinds = [match({"fib": {"result": "type", "flags": [name, "iif"]}}, "unicast") for name in ("daddr", "saddr")]
    shown = fate_of(nft([*kinds[:1], *of_iptables], policy="accept"), WEB).by.text
    assert shown == "fib daddr . iif type unicast xt target REJECT"
    assert (
        fate_of(
            nft([match({"fib": {"result": "type", "flags": "daddr"}}, "unicast"), DROP], policy="accept"), WEB
        ).by.text
        == "fib daddr type unicast drop"
    )
    shown = fate_of(nft([*rule[:1], DROP], policy="accept"), WEB).by.text
    assert shown == "ip daddr { 192.0.2.1, 192.0.2.1, 192.0.2.1, 192.0.2.1, 192.0.2.1, 192.0.2.1, and 3 more } drop"
    hostile = fate_of(nft([{"log": {"prefix": "\x1b[2J"}}, {"jump\x1b\n": 1}], policy="accept"), WEB)
    assert hostile.by.text.isprintable()
