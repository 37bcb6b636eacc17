"""Networks where everything works, and those that only look odd."""

from lab.changes.filters import counted, hosts_blocked, only_the_list, rationed, rules
from lab.changes.names import dnsmasq, taken_over, unbound
from lab.changes.proxies import explicit, squid_intercepting
from lab.scenario import CHINA, EVERY, Scenario, on

_NO_PING = "icmp type { echo-request, echo-reply } drop"

SCENARIOS = (
    Scenario(name="healthy", family="healthy", says="Nothing is wrong.", verdict="success"),
    Scenario(
        name="ping-blocked",
        family="healthy",
        says="The office drops every ping.",
        changes=(rules("office", _NO_PING),),
        verdict="success",
    ),
    Scenario(
        name="icmp-blocked",
        family="healthy",
        says="The office drops all ICMP, errors too.",
        changes=(rules("office", "meta l4proto icmp drop"),),
        verdict="success",
    ),
    Scenario(
        name="exactly-the-list",
        family="healthy",
        says="Default deny: names and exactly the required rows of the list are allowed.",
        changes=(only_the_list("office"),),
        verdict="success",
        unusable=on(80),
    ),
    Scenario(
        name="china-gateway-dropped",
        family="healthy",
        says="The gateways for mainland China are dropped, and this user is not there.",
        changes=(hosts_blocked("core", ("mcgw1.ibllc.com.cn", "mcgw1_hb1.ibllc.com.cn")),),
        verdict="success",
        unusable=CHINA,
    ),
    Scenario(
        name="office-dnsmasq",
        family="healthy",
        says="The office router forwards names with dnsmasq.",
        changes=(dnsmasq(),),
        verdict="success",
        needs=("dnsmasq",),
    ),
    Scenario(
        name="office-unbound",
        family="healthy",
        says="The office router forwards names with unbound.",
        changes=(unbound(),),
        verdict="success",
        needs=("unbound",),
    ),
    Scenario(
        name="names-taken-over-honestly",
        family="healthy",
        says="The office answers all questions for names itself, whichever server was asked, and tells the truth.",
        changes=(taken_over(),),
        verdict="success",
        needs=("dnsmasq",),
    ),
    Scenario(
        name="optional-proxy",
        family="healthy",
        says="A proxy is set and works, and the direct way is open too.",
        changes=explicit(),
        verdict="success",
        needs=("squid",),
    ),
    Scenario(
        name="plain-web-through-squid",
        family="healthy",
        says="squid intercepts port 80 alone and passes it on.",
        changes=squid_intercepting((80,)),
        verdict="success",
        unknown=on(80),
        needs=("squid",),
    ),
    Scenario(
        name="connections-rationed",
        family="healthy",
        says="The office drops more than five new connections a second: slow programs do not notice.",
        changes=(rationed("office", 5),),
        verdict="success",
        slowly_s=0.4,
    ),
    Scenario(
        name="connections-rationed-by-reset",
        family="healthy",
        says="The office resets more than ten new connections a second.",
        changes=(rationed("office", 10, "reject with tcp reset"),),
        verdict="success",
        slowly_s=0.4,
    ),
    Scenario(
        name="udp-blocked",
        family="healthy",
        says="The office drops all UDP but questions for names.",
        changes=(rules("office", 'iifname "to-desktop" udp dport != 53 drop'),),
        verdict="success",
    ),
    Scenario(
        name="connections-counted",
        family="healthy",
        says="The office drops connections of one machine above sixty at a time, those just ended included.",
        changes=(counted("office", 60),),
        verdict="success",
        optional=EVERY,
    ),
    Scenario(
        name="default-deny-that-rejects",
        family="healthy",
        says="Default deny with exactly the list allowed, and the rest rejected.",
        changes=(only_the_list("office", by="reject with icmpx admin-prohibited"),),
        verdict="success",
        unusable=on(80),
    ),
    Scenario(
        name="unrelated-sites-blocked",
        family="healthy",
        says="The office drops every address that is not the vendor's.",
        changes=(rules("office", 'iifname "to-desktop" ip daddr != { 203.0.113.0/24, 198.51.100.53 } drop'),),
        verdict="success",
    ),
)
