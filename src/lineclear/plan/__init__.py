"""What will be tried: a pure function of catalog, profile and vantage."""

from .dialling import dial, dialled_address, dialled_port
from .networks import is_address
from .options import Options
from .plan import NOBODY, NOBODY6, endpoint_from, make_plan

__all__ = [
    "NOBODY",
    "NOBODY6",
    "Options",
    "dial",
    "dialled_address",
    "dialled_port",
    "endpoint_from",
    "is_address",
    "make_plan",
]
