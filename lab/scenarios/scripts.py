"""Proxies named by a script (PAC), found by a setting or by name (WPAD); and a SOCKS proxy."""

from lab.addresses import OFFICE
from lab.changes.filters import blocked, rules
from lab.changes.machine import environment
from lab.changes.proxies import desktop_setting, found_by_name, found_by_setting, script_served, socks, squid
from lab.scenario import EVERY, WEB, of

_DIRECT = 'function FindProxyForURL(url, host) { return "DIRECT"; }\n'
_PROXY = f'function FindProxyForURL(url, host) {{ return "PROXY {OFFICE}:3128"; }}\n'
_WEB_BY_PROXY = f"""function FindProxyForURL(url, host) {{
  if (dnsDomainIs(host, "ibllc.com") || isPlainHostName(host)) return "DIRECT";
  return "PROXY {OFFICE}:3128; DIRECT";
}}
"""
_BROKEN = "function FindProxyForURL(url, host) { return proxyFor(host; }\n"
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
        "script-is-broken",
        "The desktop is set to a script (haproxy gives it) that is no JavaScript, and the direct way is open.",
        *found_by_setting(_BROKEN),
        code="LC509",
        verdict="degraded",
    ),
    _scenario(
        "script-is-missing",
        "The desktop is set to a script that its server (haproxy) does not have, and the direct way is open.",
        *found_by_setting(_DIRECT, status=404),
        code="LC508",
        verdict="degraded",
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
)
