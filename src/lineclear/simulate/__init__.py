"""A vendor's edge on loopback: every host, port and name of a catalog, healthy or broken on purpose. No root."""

from .edge import Running, edge
from .faults import FAULTS, Fault
from .log import Log, Seen
from .scene import Door, Opening, Scene

__all__ = ["FAULTS", "Door", "Fault", "Log", "Opening", "Running", "Scene", "Seen", "edge"]
