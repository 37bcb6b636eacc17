"""Evidence and diagnosis together: what is rendered, shared and compared."""

from msgspec import Struct

from .diagnosis import Diagnosis
from .evidence import Evidence

REPORT_SCHEMA = "lineclear.report/1"


class Report(Struct, frozen=True, kw_only=True):
    """What one check has to say."""

    evidence: Evidence
    diagnosis: Diagnosis
    redacted: bool = False
