"""What the dialects for clouds and clusters can say."""

from lineclear.allowlist.capability import Capability

_TF = "read by a JSON parser, its texts by HCL's; not run on the device"
_JSON = "read back by a JSON parser; not run on the device"
_YAML = "read back by a YAML parser; not run on the device"
_DESTROY = "remove this file and run terraform apply"

ROWS = (
    Capability(
        name="aws-security-group",
        title="AWS security group, Terraform",
        function="terraform.aws_security_group",
        names=False,
        sources=False,
        most=60,
        comment="",
        ending="tf.json",
        proof=_TF,
        syntax="Terraform registry: aws_vpc_security_group_egress_rule",
        removal=_DESTROY,
        notes="A group holds 60 rules for each version of IP unless its quota was raised.",
    ),
    Capability(
        name="aws-domain-list",
        title="AWS Network Firewall, domain list",
        function="terraform.aws_domain_list",
        wildcards=True,
        underscores=False,
        blocks=False,
        udp=False,
        ports=False,
        web_only=True,
        comment="",
        ending="json",
        proof=_JSON,
        syntax="AWS Network Firewall API: RulesSourceList",
        removal="take the rule group out of the firewall policy, then delete it",
        notes="Where you have such a list, add these targets to it: it denies its sources every other name. "
        "Create it by --cli-input-json, with a name, --type STATEFUL and a capacity.",
    ),
    Capability(
        name="azure-firewall",
        title="Azure Firewall, Terraform",
        function="terraform.azure_firewall",
        underscores=False,
        ipv6=False,
        comment="",
        ending="tf.json",
        proof=_TF,
        syntax="Terraform registry: azurerm_firewall_policy_rule_collection_group",
        removal=_DESTROY,
        notes="Names in network rules need the DNS proxy of the policy.",
    ),
    Capability(
        name="gcp-firewall",
        title="Google Cloud network firewall policy, Terraform",
        function="terraform.gcp_firewall",
        underscores=False,
        comment="",
        ending="tf.json",
        proof=_TF,
        syntax="Terraform registry: google_compute_network_firewall_policy_rule",
        removal=_DESTROY,
    ),
    Capability(
        name="kubernetes",
        title="Kubernetes NetworkPolicy",
        function="kubernetes.network_policy",
        names=False,
        sources=False,
        ending="yaml",
        proof="checked against the OpenAPI types of Kubernetes; not run on the device",
        syntax="Kubernetes API reference: NetworkPolicy v1",
        removal="kubectl delete networkpolicy {name}",
        notes="It selects pods with the label {name}-egress: allow. A pod that any egress policy selects reaches only "
        "what policies allow: this one allows the list and DNS in kube-system.",
    ),
    Capability(
        name="cilium",
        title="CiliumNetworkPolicy, toFQDNs",
        function="kubernetes.cilium",
        wildcards=True,
        sources=False,
        ending="yaml",
        proof=_YAML,
        syntax="Cilium documentation: DNS based policies",
        removal="kubectl delete ciliumnetworkpolicy {name}",
        notes="It selects pods with the label {name}-egress: allow. A pod that any egress policy selects reaches only "
        "what policies allow: this one allows the list and DNS by kube-dns.",
    ),
    Capability(
        name="istio",
        title="Istio ServiceEntry",
        function="kubernetes.istio",
        wildcards=True,
        underscores=False,
        opaque=False,
        udp=False,
        ranges=False,
        sources=False,
        ending="yaml",
        proof=_YAML,
        syntax="Istio reference: ServiceEntry",
        removal="kubectl delete serviceentry of each name that begins with {name}",
        notes="It matters where the mesh allows only registered hosts (REGISTRY_ONLY). Where neither HTTP nor HTTPS is "
        "spoken, hosts are told apart by address only: without one, a name would take all that goes to its port.",
    ),
)
