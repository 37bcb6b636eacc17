"""What an existing firewall does to a list: a file to a `Ruleset`, and every demanded packet's way through it.

Pure: the file is given as text, and nothing is looked up. What is not modelled gives “cannot tell”, never “permitted”.
To add a format: ARCHITECTURE.md, in five steps.
"""

from .formats import FORMATS, Format, format_of
from .packet import Question
from .report import FORMS
from .verifying import EXIT, Verification, verify
from .walking import Ruling

__all__ = ["EXIT", "FORMATS", "FORMS", "Format", "Question", "Ruling", "Verification", "format_of", "verify"]
