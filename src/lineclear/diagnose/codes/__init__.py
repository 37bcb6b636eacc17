"""Every Code in one place: what people are told about each root cause. Rules hold no prose.

A number that is retired is never used again.
"""

from lineclear.model import Finding, Severity

from .agents import AGENTS
from .autoconfig import AUTOCONFIG
from .code import Code, Phrase, Remedy, fill, some
from .consent import CONSENT
from .far import FAR
from .machine import MACHINE
from .names import NAMES
from .paths import PATHS
from .resolvers import RESOLVERS
from .run import RUN
from .tls import TLS
from .transport import TRANSPORT
from .web import WEB

ALL: tuple[Code, ...] = (
    *MACHINE,
    *AGENTS,
    *NAMES,
    *RESOLVERS,
    *TRANSPORT,
    *CONSENT,
    *PATHS,
    *TLS,
    *WEB,
    *AUTOCONFIG,
    *FAR,
    *RUN,
)
BY_LABEL: dict[str, Code] = {code.label: code for code in ALL}


def code_of(finding: Finding) -> Code:
    """The Code a finding carries."""
    return BY_LABEL[finding.code]


__all__ = ["ALL", "BY_LABEL", "Code", "Phrase", "Remedy", "Severity", "code_of", "fill", "some"]
