"""Lineclear: can this network reach everything a vendor's host-and-port list demands, and if not, why.

The library call is `lineclear.check.check`; the values it returns live in `lineclear.model`.
Nothing is imported here, so that the command line answers at once.
"""

__version__ = "0.1.0"
