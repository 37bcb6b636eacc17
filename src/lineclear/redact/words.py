"""Free text from strangers: what may stay in it. Everything is removed but what is listed here, never the reverse.

A block page may greet a user by name, a banner may name the house: no list of secrets could be long enough. So a word
stays only if protocols, products, systems or this program use it.
"""

import re

_VOCABULARY = """
http https tls ssl tcp udp icmp ip dns socks connect get head post ok bad request unauthorized forbidden not found
proxy authentication required method allowed timeout conflict gone internal server error service unavailable gateway
network moved permanently temporarily see other redirect found accepted created unknown reason none empty default
access denied err dns_fail cannot forward host unreachable refused reset closed route timed out temporary failure in
name or resolution known no such device permission operation permitted address already use connection aborted broken
pipe invalid argument protocol version wrong number alert handshake unexpected eof of while reading record layer
certificate verify failed unable to get local issuer self signed chain has expired is yet valid hostname mismatch
revoked crl the a an and for with by at on from was been were this that this page login log sign portal captive
content type length date location via cache control encoding transfer chunked keep alive close age expires etag
vary accept ranges set cookie path secure httponly samesite domain max html text plain json javascript application
octet stream charset utf iso www authenticate basic digest negotiate ntlm realm bearer strict transport security x
forwarded powered frame options xss protection nosniff deny sameorigin hit miss stale lookup lookups
ssh rfb preauth bye doctype head body title meta script style div span br p h1 h2 h3 center img src href
mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec gmt utc est edt cet cest hkt jst
linux darwin windows macos ubuntu debian fedora centos alpine generic microsoft standard wsl wsl2 x86_64 amd64 arm64
aarch64 i686 kernel smp preempt nt pro home enterprise cloud azure aws kvm docker podman kubernetes container python
cpython lineclear environment http_proxy https_proxy all_proxy no_proxy ftp_proxy system settings registry gnome kde
policy user machine static dhcp option resolver resolvers routes route neighbours interfaces interface proxies wpad
pac discovery hosts file files systemd resolved networkmanager scutil configuration resolv conf netsh lease leases
trust store stores privileges clock container gateway_use auto_configs hosts_entries search_domains policy_rules
resolver_options trust_stores measured could read cannot be opened missing only root may platform supported found
ndots rotate attempts edns0 ad vc single reopen inet6 debug socks4 socks5
lookup main prohibit blackhole unreachable throw all to fwmark iif oif uidrange table suppress_prefixlength nop goto
api tws ib us eu america europe asia hk china paper live
"""

_SERVERS = """
nginx apache haproxy envoy varnish akamaighost akamai iis httpapi openresty lighttpd gws amazons3 awselb cloudfront
caddy tomcat jetty openssl coovachilli
"""

_MAKERS = """
zscaler netskope bluecoat symantec forcepoint websense fortinet fortigate fortiguard palo globalprotect cisco umbrella
openresolve ironport meraki sophos barracuda sonicwall watchguard checkpoint mcafee skyhigh trellix kaspersky eset
avast bitdefender mitmproxy portswigger fiddler untangle cato iboss lightspeed smoothwall pfsense opnsense menlo
contentkeeper clearswift sangfor hillstone huawei squid cloudflare mikrotik ubiquiti unifi aruba ruckus
"""

_AUTHORITY = (
    "intermediate root ca authority inspection decryption issuing untrusted trusted web filter alto networks inc"
)

MAKERS = frozenset(_MAKERS.split())
"""Makers of boxes that stand in the path: their name in a certificate is the proof, and no secret."""
KNOWN = MAKERS.union(_VOCABULARY.split(), _SERVERS.split(), _AUTHORITY.split())

GONE = "*"
_MOST_DIGITS = 4
_WORD = re.compile(r"\w+")


def word(run: str) -> str:
    """A run of letters and digits: itself if it is known or a short number, else `*`."""
    if run.isdigit():
        return run if len(run) <= _MOST_DIGITS else GONE
    plain = run.lower()
    parts = plain.split("_")
    return run if plain in KNOWN or all(part in KNOWN or not part for part in parts) else GONE


def words(text: str) -> str:
    """`text` with every unknown run of letters and digits as `*`; blanks and marks stay."""
    return _WORD.sub(lambda run: word(run[0]), text)
