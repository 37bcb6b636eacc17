"""The vendor's servers again: what stands before and behind them."""

from lab.addresses import ADDRESSES
from lab.changes.boxes import behind_haproxy, behind_stunnel, edge_near, slow_to_answer
from lab.changes.filters import rules, synproxied
from lab.changes.names import named
from lab.changes.servers import also_at, certificate, certificate_at, door, second_authority
from lab.scenario import NONE, at, of, on
from lab.world import HOME
from lineclear.simulate.scene import Leaf

_EUROPE = "zdc1.ibllc.com"
_BESIDE_EUROPE = "203.0.113.73"
_TLS = frozenset({f"{_EUROPE}:4001"})
_PLAIN = frozenset({f"{_EUROPE}:4000"})
_NEW = "tcp flags & (syn | ack) == syn"
_scenario = of("servers")

SCENARIOS = (
    _scenario(
        "signed-by-itself",
        "The gateway of Europe (stunnel) shows a certificate of its name that it signed itself.",
        behind_stunnel(_EUROPE, self_signed=True),
        code="LC409",
        unusable=_TLS,
        unknown=_PLAIN,
    ),
    _scenario(
        "not-valid-yet",
        "The certificate of the gateway of Europe begins in five days.",
        certificate(f"{_EUROPE}:4001", from_days=5, to_days=90),
        code="LC403",
        unusable=_TLS,
    ),
    _scenario(
        "issuer-expired",
        "The certificate of the gateway of Europe is in date, and that of the authority which signed it ran out.",
        second_authority(issuer_to_days=-3.0),
        certificate(f"{_EUROPE}:4001", authority="box"),
        code="LC403",
        unusable=_TLS,
    ),
    _scenario(
        "wants-the-name-in-the-greeting",
        "The gateway of Europe (haproxy) shakes hands only where the greeting names it.",
        behind_haproxy(_EUROPE, "strict-sni"),
        verdict="success",
    ),
    _scenario(
        "wants-a-certificate-of-the-client",
        "The gateway of Europe (stunnel) shakes hands, and then refuses everybody without a certificate.",
        behind_stunnel(_EUROPE, "verifyChain = yes", f"CAfile = {HOME}/public.pem"),
        code="LC408",
        unusable=_TLS,
    ),
    _scenario(
        "nobody-behind-the-handshake",
        "The gateway of Europe (stunnel) shakes hands with its own certificate, and nobody is behind it.",
        behind_stunnel(_EUROPE),
        door(_TLS, manner="absent"),
        code="LC416",
        unusable=_TLS,
    ),
    _scenario(
        "first-asked-in-vain",
        "The vendor's defence drops the first SYN of every connection, and answers when it is asked again.",
        rules(
            "core",
            f"ip daddr 203.0.113.0/24 {_NEW} "
            "meter asked { ip daddr . tcp sport . tcp dport quota until 100 bytes } drop",
        ),
        verdict="success",
    ),
    _scenario(
        "greets-as-a-web-server",
        "On 4000 of the gateway of Europe a web server answers whatever it is told: a bad request.",
        door(_PLAIN, manner="scolds"),
        code="LC312",
        unusable=_PLAIN,
    ),
    _scenario(
        "no-tls-on-4001",
        "All gateways serve 4001 without TLS, as they do 4000.",
        door(on(4001), leaf=None),
        code="LC405",
        unusable=on(4001),
        unknown=on(4000),
    ),
    _scenario(
        "sites-in-maintenance",
        "Every site answers every request with an error of its own (503).",
        door(on(443), manner="errs"),
        code="LC504",
        verdict="degraded",
        unusable=NONE,
    ),
    _scenario(
        "sites-at-a-near-edge",
        "Two sites stand at the provider's (haproxy), near everybody, as those of content networks do.",
        edge_near(("www.interactivebrokers.com", "s3.amazonaws.com")),
        verdict="success",
    ),
    _scenario(
        "shielded-and-nobody-behind",
        "The vendor's shield completes every handshake (synproxy), and the gateway of Europe behind it is off.",
        synproxied("core", (4000, 4001), "ip daddr 203.0.113.0/24"),
        rules("internet", f"ip daddr {ADDRESSES[_EUROPE]} drop", hook="input"),
        code="LC308",
        unusable=at(_EUROPE),
    ),
    _scenario(
        "expired-at-the-second-address",
        "The gateway of Europe has two addresses, and at the second its certificate ran out.",
        also_at(_EUROPE, _BESIDE_EUROPE),
        certificate_at(_BESIDE_EUROPE, 4001, Leaf(names=("*.ibllc.com",), from_days=-90, to_days=-2)),
        named(_EUROPE, ADDRESSES[_EUROPE], _BESIDE_EUROPE),
        code="LC316",
        verdict="inconclusive",
        unusable=_TLS,
        unknown=_TLS,
    ),
    _scenario(
        "tls-after-seconds",
        "The gateway of Europe (haproxy before it) answers what is said on 4001 only after four seconds.",
        slow_to_answer(_EUROPE, 4.0),
        verdict="success",
        patience_s=9.0,
    ),
    _scenario(
        "shielded-and-4000-silent-behind",
        "The vendor's shield completes every handshake with the gateway of Europe (synproxy), where 4000 is dropped.",
        synproxied("core", (4000, 4001), f"ip daddr {ADDRESSES[_EUROPE]}"),
        rules("internet", f"ip daddr {ADDRESSES[_EUROPE]} tcp dport 4000 drop", hook="input"),
        code="LC308",
        unusable=_PLAIN,
    ),
)
