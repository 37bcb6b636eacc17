"""Proxies named by a script (PAC), found by a setting or by name (WPAD); and a SOCKS proxy."""

from lab.addresses import OFFICE
from lab.changes.filters import blocked, rules
from lab.changes.machine import environment
from lab.changes.proxies import (
    desktop_setting,
    found_by_dhcp,
    found_by_name,
    found_by_setting,
    script_served,
    socks,
    squid,
)
from lab.scenario import EVERY, WEB, of

_DIRECT = 'function FindProxyForURL(url, host) { return "DIRECT"; }\n'
_PROXY = f'function FindProxyForURL(url, host) {{ return "PROXY {OFFICE}:3128"; }}\n'
_WEB_BY_PROXY = f"""function FindProxyForURL(url, host) {{
  if (dnsDomainIs(host, "ibllc.com") || isPlainHostName(host)) return "DIRECT";
  return "PROXY {OFFICE}:3128; DIRECT";
}}
"""
_BROKEN = "function FindProxyForURL(url, host) { return proxyFor(host; }\n"
_VENDOR_DIRECTLY = f"""function FindProxyForURL(url, host) {{
  return shExpMatch(host, "*.example.com") ? "PROXY {OFFICE}:3128" : "DIRECT";
}}
"""
_STALE = 'function FindProxyForURL(url, host) { return "PROXY old-proxy.office.example:8080"; }\n'
_DEAD_FIRST = f'function FindProxyForURL(url, host) {{ return "PROXY {OFFICE}:3129; DIRECT"; }}\n'
_BY_ADDRESS = f"""function FindProxyForURL(url, host) {{
  if (isInNet(dnsResolve(host), "10.0.0.0", "255.0.0.0")) return "DIRECT";
  return "PROXY {OFFICE}:3128";
}}
"""
_ASIA_BY_A_DEAD_PROXY = f"""function FindProxyForURL(url, host) {{
  if (shExpMatch(host, "*.hk") || shExpMatch(host, "*.jp") || shExpMatch(host, "*.au")) return "PROXY {OFFICE}:3129";
  return "DIRECT";
}}
"""
_DEAD_THEN_DIRECTLY = f"""function FindProxyForURL(url, host) {{
  return dnsDomainIs(host, "ibllc.com") ? "DIRECT" : "PROXY {OFFICE}:3129; DIRECT";
}}
"""
_WEB_BY_SOCKS = f"""function FindProxyForURL(url, host) {{
  return dnsDomainIs(host, "ibllc.com") ? "DIRECT" : "SOCKS5 {OFFICE}:1080";
}}
"""
_ENDLESS = "function FindProxyForURL(url, host) { for (;;) alert(host); }\n"
_GREEDY = "function FindProxyForURL(url, host) { var a = []; for (;;) a.push(new Array(1000000).join(host)); }\n"
_PAGE = "<html><title>Guest network</title>Please log in.</html>\n"
_SAFE_ONLY = "acl web port 80 443\nhttp_access deny !web\nhttp_access allow all\n"
_LOGIN = (
    "auth_param basic program /usr/lib/squid/basic_fake_auth\nacl known proxy_auth REQUIRED\n"
    "http_access allow known\nhttp_access deny all\n"
)
_NO_WAY_OUT = rules("office", "tcp dport != 53 drop")
_scenario = of("scripts")

SCENARIOS = (
    _scenario(
        "script-says-direct",
        "The desktop is set to a script (haproxy gives it) that sends everything directly.",
        *found_by_setting(_DIRECT),
        verdict="success",
    ),
    _scenario(
        "script-by-environment-says-direct",
        "The environment names a script (haproxy gives it) that sends everything directly.",
        script_served(_DIRECT, name="scripts.office.example"),
        environment(auto_proxy="http://scripts.office.example/proxy.pac"),
        verdict="success",
    ),
    _scenario(
        "script-is-only-way-out",
        "Only squid leads out, and the desktop is set to a script (haproxy gives it) that names it.",
        squid(),
        *found_by_setting(_PROXY),
        _NO_WAY_OUT,
        code="LC502",
        unusable=EVERY,
    ),
    _scenario(
        "wpad-is-only-way-out",
        "Only squid leads out, and the script is found by the name wpad (haproxy gives it).",
        squid(),
        *found_by_name(_PROXY),
        _NO_WAY_OUT,
        code="LC502",
        unusable=EVERY,
    ),
    _scenario(
        "wpad-says-direct",
        "The script is found by the name wpad (haproxy gives it), and sends everything directly.",
        *found_by_name(_DIRECT),
        verdict="success",
    ),
    _scenario(
        "script-sends-web-to-proxy",
        "A script (haproxy gives it) sends the web to squid and the gateways directly: as it should be.",
        squid(),
        *found_by_setting(_WEB_BY_PROXY),
        blocked("office", (80, 443)),
        verdict="success",
        unusable=WEB,
    ),
    _scenario(
        "script-names-a-dead-proxy",
        "A script (haproxy gives it) names a proxy that does not run, and the direct way is open.",
        *found_by_setting(_PROXY),
        code="LC510",
        verdict="degraded",
    ),
    _scenario(
        "script-names-a-dead-proxy-first",
        "A script (haproxy gives it) names a proxy that does not run, and the direct way after it, which is open.",
        *found_by_setting(_DEAD_FIRST),
        verdict="success",
    ),
    _scenario(
        "script-is-stale",
        "A script (haproxy gives it) names a proxy whose name is gone, and the direct way is open.",
        *found_by_setting(_STALE),
        code="LC510",
        verdict="degraded",
    ),
    _scenario(
        "wpad-names-a-dead-proxy",
        "The script that is found by the name wpad (haproxy gives it) names a proxy that does not run.",
        *found_by_name(_PROXY),
        code="LC510",
        verdict="degraded",
    ),
    _scenario(
        "script-sends-vendor-directly",
        "Only squid leads out to the web, and the script (haproxy gives it) sends the vendor's sites directly.",
        squid(),
        *found_by_setting(_VENDOR_DIRECTLY),
        blocked("office", (80, 443)),
        code="LC511",
        unusable=WEB,
    ),
    _scenario(
        "script-decides-by-address",
        "A script (haproxy gives it) looks names up, and squid is the only way out to the web.",
        squid(),
        *found_by_setting(_BY_ADDRESS),
        blocked("office", (80, 443)),
        verdict="success",
        unusable=WEB,
    ),
    _scenario(
        "wpad-sends-web-to-proxy",
        "The script that is found by the name wpad (haproxy gives it) sends the web to squid, TWS goes directly.",
        squid(),
        *found_by_name(_WEB_BY_PROXY),
        blocked("office", (80, 443)),
        verdict="success",
        unusable=WEB,
    ),
    _scenario(
        "script-names-a-proxy-for-web-ports",
        "Only squid leads out, to 443 alone, and a script (haproxy gives it) names it.",
        squid(_SAFE_ONLY),
        *found_by_setting(_PROXY),
        _NO_WAY_OUT,
        code="LC502",
        unusable=EVERY,
    ),
    _scenario(
        "script-names-a-proxy-with-login",
        "Only squid leads out, it asks for a login, and a script (haproxy gives it) names it.",
        squid(_LOGIN),
        *found_by_setting(_PROXY),
        _NO_WAY_OUT,
        code="LC301 LC503",
        unusable=EVERY,
    ),
    _scenario(
        "script-is-missing-and-needed",
        "Only squid leads out, and the script that would say so is not on its server (haproxy).",
        squid(),
        *found_by_setting(_PROXY, status=404),
        _NO_WAY_OUT,
        code="LC301 LC508",
        unusable=EVERY,
    ),
    _scenario(
        "script-is-endless",
        "A script (haproxy gives it) never comes to an end, and the direct way is open.",
        *found_by_setting(_ENDLESS),
        verdict="success",
    ),
    _scenario(
        "script-is-greedy",
        "A script (haproxy gives it) takes all memory it can get, and the direct way is open.",
        *found_by_setting(_GREEDY),
        verdict="success",
    ),
    _scenario(
        "wpad-is-a-page",
        "Under the name wpad there is a web page (haproxy gives it) and no script.",
        *found_by_name(_PAGE),
        verdict="success",
    ),
    _scenario(
        "proxy-of-the-desktop-is-only-way-out",
        "Only squid leads out, and the desktop's own settings name it.",
        squid(),
        desktop_setting("1", "", f"httpProxy=http://{OFFICE} 3128", f"httpsProxy=http://{OFFICE} 3128"),
        _NO_WAY_OUT,
        code="LC502",
        unusable=EVERY,
    ),
    _scenario(
        "script-is-broken",
        "The desktop is set to a script (haproxy gives it) that is no JavaScript, and the direct way is open.",
        *found_by_setting(_BROKEN),
        verdict="success",
    ),
    _scenario(
        "script-is-missing",
        "The desktop is set to a script that its server (haproxy) does not have, and the direct way is open.",
        *found_by_setting(_DIRECT, status=404),
        verdict="success",
    ),
    _scenario(
        "wpad-has-no-answer",
        "The desktop searches for a script, and the name wpad does not exist.",
        desktop_setting("3"),
        verdict="success",
    ),
    _scenario(
        "socks-only-way-out",
        "Only microsocks leads out, and the desktop is set to use it.",
        socks(),
        environment(all_proxy=f"socks5h://{OFFICE}:1080"),
        _NO_WAY_OUT,
        code="LC502",
        unusable=EVERY,
    ),
    _scenario(
        "optional-socks",
        "microsocks is set and works, and the direct way is open too.",
        socks(),
        environment(all_proxy=f"socks5h://{OFFICE}:1080"),
        verdict="success",
    ),
    _scenario(
        "dhcp-script-is-only-way-out",
        "Only squid leads out, and DHCP (dnsmasq to dhclient) announces the script (haproxy gives it) that names it.",
        squid(),
        *found_by_dhcp(_PROXY),
        _NO_WAY_OUT,
        code="LC502",
        unusable=EVERY,
    ),
    _scenario(
        "dhcp-script-sends-web-to-proxy",
        "DHCP (dnsmasq to dhclient) announces a script (haproxy gives it) that sends the web to squid, TWS directly.",
        squid(),
        *found_by_dhcp(_WEB_BY_PROXY),
        blocked("office", (80, 443)),
        verdict="success",
        unusable=WEB,
    ),
    _scenario(
        "dhcp-script-and-gateways-dropped",
        "DHCP (dnsmasq to dhclient) announces a script (haproxy gives it) for the web by squid, the only way out.",
        squid(),
        *found_by_dhcp(_WEB_BY_PROXY),
        _NO_WAY_OUT,
        code="LC502",
        unusable=EVERY,
    ),
    _scenario(
        "dhcp-script-names-a-dead-proxy",
        "DHCP (dnsmasq to dhclient) announces a script (haproxy gives it) that names a proxy that does not run.",
        *found_by_dhcp(_PROXY),
        code="LC510",
        verdict="degraded",
    ),
    _scenario(
        "dhcp-script-is-not-obeyed",
        "DHCP (dnsmasq to dhclient) announces a script (haproxy gives it) with a dead proxy, and nothing asks for one.",
        *found_by_dhcp(_PROXY, obeyed=False),
        verdict="success",
    ),
    _scenario(
        "script-sends-a-region-to-a-dead-proxy",
        "A script (haproxy gives it) sends the sites of Asia to a proxy that does not run, the rest directly.",
        *found_by_setting(_ASIA_BY_A_DEAD_PROXY),
        code="LC510",
        verdict="degraded",
    ),
    _scenario(
        "script-names-a-dead-proxy-and-web-dropped",
        "A script (haproxy gives it) names a proxy that does not run, then the direct way, which the office drops.",
        *found_by_setting(_DEAD_THEN_DIRECTLY),
        blocked("office", (80, 443)),
        code="LC301 LC510",
        unusable=WEB,
    ),
    _scenario(
        "script-sends-web-to-socks",
        "A script (haproxy gives it) sends the web to microsocks, its only way out, and TWS goes directly.",
        socks(),
        *found_by_setting(_WEB_BY_SOCKS),
        blocked("office", (80, 443)),
        verdict="success",
        unusable=WEB,
    ),
)
