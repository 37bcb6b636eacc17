"""The far end: a small server outside that tells what it saw of each connection (docs/reflect.md)."""

from .lock import certificate_in
from .memory import Bounds
from .running import ports_of, serve
from .server import Listener, Reflector, Wanted

__all__ = ["Bounds", "Listener", "Reflector", "Wanted", "certificate_in", "ports_of", "serve"]
