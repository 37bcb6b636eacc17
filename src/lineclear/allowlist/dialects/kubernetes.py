"""Kubernetes, Cilium and Istio. Grammar: NetworkPolicy v1, CiliumNetworkPolicy v2, ServiceEntry v1."""

from collections.abc import Iterator, Sequence
from typing import Any

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import Opening, openings
from lineclear.allowlist.heading import commented
from lineclear.allowlist.rule import AllowRule
from lineclear.model import Ports, Transport

from .yaml import yaml

_DNS = ({"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"})
_NAMESPACE = "kubernetes.io/metadata.name"


def network_policy(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """A NetworkPolicy for pods that carry our label, and for no other."""
    dns = {"to": [{"namespaceSelector": {"matchLabels": {_NAMESPACE: "kube-system"}}}], "ports": list(_DNS)}
    egress: list[Any] = [dns]
    for one in openings(rules):
        blocks = [{"ipBlock": {"cidr": _long(block)}} for block in (*one.ipv4, *one.ipv6)]
        egress.append({"to": blocks, "ports": [_kubernetes_port(one, each) for each in one.ports]})
    spec = {"podSelector": {"matchLabels": _label(context)}, "policyTypes": ["Egress"], "egress": egress}
    return _manifest(rules, context, capability, ("networking.k8s.io/v1", "NetworkPolicy", spec))


def _kubernetes_port(one: Opening, ports: Ports) -> dict[str, Any]:
    last = {"endPort": ports.last} if ports.last > ports.first else {}
    return {"protocol": one.protocol.name, "port": ports.first, **last}


def cilium(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """A CiliumNetworkPolicy with toFQDNs, and the DNS rule without which it would never see a name resolved."""
    labels = {"k8s:io.kubernetes.pod.namespace": "kube-system", "k8s:k8s-app": "kube-dns"}
    ports = [{"ports": [{"port": "53", "protocol": "ANY"}], "rules": {"dns": [{"matchPattern": "*"}]}}]
    egress: list[Any] = [{"toEndpoints": [{"matchLabels": labels}], "toPorts": ports}]
    for one in openings(rules):
        egress += _cilium_rules(one)
    spec = {"endpointSelector": {"matchLabels": _label(context)}, "egress": egress}
    return _manifest(rules, context, capability, ("cilium.io/v2", "CiliumNetworkPolicy", spec))


def _cilium_rules(one: Opening) -> Iterator[dict[str, Any]]:
    ports = [{"ports": [_cilium_port(one, each) for each in one.ports]}]
    names = [*({"matchName": name} for name in one.names), *({"matchPattern": each} for each in one.wildcards)]
    if names:
        yield {"toFQDNs": names, "toPorts": ports}
    if blocks := (*one.ipv4, *one.ipv6):
        yield {"toCIDR": [_long(block) for block in blocks], "toPorts": ports}


def _cilium_port(one: Opening, ports: Ports) -> dict[str, Any]:
    last = {"endPort": ports.last} if ports.last > ports.first else {}
    return {"port": str(ports.first), **last, "protocol": one.protocol.name}


def istio(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """ServiceEntries for each group of hosts with the same ports: by name where a name is spoken, else by address."""
    spoken = {port: _spoken(one) for one in rules for port in range(one.ports.first, one.ports.last + 1)}
    entries = []
    for one in openings(rules):
        for hosts, resolution in ((one.names, "DNS"), (one.wildcards, "NONE")):
            if hosts:
                entries.append(_entry(hosts, resolution, [_istio_port(each, spoken[each.first]) for each in one.ports]))
        if blocks := (*one.ipv4, *one.ipv6):
            label = context.name(str(one.number)) + ".invalid"  # nobody asks for it; a name has to stand there
            ports = [_istio_port(each, "TCP") for each in one.ports]
            entries.append(_entry([label], "NONE", ports, addresses=list(blocks)))
    return _manifest(rules, context, capability, *entries)


def _entry(hosts: Sequence[str], resolution: str, ports: list[Any], **more: Any) -> tuple[str, str, dict[str, Any]]:
    spec = {"hosts": list(hosts), **more, "location": "MESH_EXTERNAL", "ports": ports, "resolution": resolution}
    return "networking.istio.io/v1", "ServiceEntry", spec


def _istio_port(ports: Ports, protocol: str) -> dict[str, Any]:
    return {"number": ports.first, "name": f"p{ports.first}", "protocol": protocol}


def _spoken(one: AllowRule) -> str:
    return "HTTP" if Transport.HTTP in one.transports else "TLS"


def _manifest(
    rules: Sequence[AllowRule], context: Context, capability: Capability, *found: tuple[str, str, dict[str, Any]]
) -> str:
    parts = []
    for number, (version, kind, spec) in enumerate(found, 1):
        name = context.name(str(number)) if len(found) > 1 else context.name()
        metadata = {"name": name, "labels": {"app.kubernetes.io/managed-by": "lineclear"}}
        parts.append(yaml({"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}))
    return commented(rules, context, capability) + "---\n".join(parts)


def _label(context: Context) -> dict[str, str]:
    return {context.name("egress"): "allow"}


def _long(block: str) -> str:
    return block if "/" in block else f"{block}/{128 if ':' in block else 32}"
