"""From a name to its addresses: the system's answer, each resolver's on the wire, and all of a run's."""
