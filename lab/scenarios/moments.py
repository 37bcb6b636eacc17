"""What differs from one moment to the next: no label is true of every check of it, and nonces alone judge."""

from lab.changes.filters import rules
from lab.changes.habits import NEW, looping, toggling
from lab.changes.observer import narrow
from lab.changes.paths import both_ways, two_uplinks
from lab.scenario import EVERY, MOMENTS, SECURE, TWS, of, on

_scenario = of(MOMENTS, verdict="")

SCENARIOS = (
    _scenario(
        "rule-toggles",
        "A rule that drops 4000 and 4001 comes and goes every two seconds.",
        *toggling("office", (2, 2), "tcp dport { 4000, 4001 } drop"),
        optional=TWS,
        tries=4,
    ),
    _scenario(
        "line-drops-out",
        "The office passes nothing on for a second of every four.",
        *toggling("office", (1, 3), "drop"),
        tries=4,
    ),
    _scenario(
        "connections-reset-by-turns",
        "The office resets new connections for half a second of every three.",
        *toggling("office", (0.5, 2.5), "ct state new meta l4proto tcp reject with tcp reset"),
        tries=4,
    ),
    _scenario(
        "answers-go-astray-by-turns",
        "Two machines have the desktop's address: the office sends answers to the other for a second of every three.",
        looping(
            "office",
            (1, "ip neigh replace 10.77.0.2 lladdr 02:00:00:00:00:09 dev to-desktop nud permanent"),
            (2, "ip neigh del 10.77.0.2 dev to-desktop"),
        ),
        tries=4,
    ),
    _scenario(
        "starved",
        "The line carries 20 kbit/s each way.",
        both_ways(kbit_s=20.0, lane=1),
        optional=EVERY,
        tries=4,
    ),
    _scenario(
        "two-uplinks-one-narrow",
        "The office leaves by two providers per connection, and one takes 1300 bytes only and does not say so.",
        two_uplinks("per connection"),
        narrow(1300, ("second", "to-core"), ("core", "to-second")),
        optional=SECURE | on(80),
    ),
    _scenario(
        "half-of-syns-dropped",
        "The office drops half of all first packets of connections, by chance.",
        rules("office", f"{NEW} tcp dport != 53 numgen random mod 2 == 0 drop"),
        tries=4,
        patience_s=7.0,
    ),
)
