"""Echoes: by a socket, or by the system's program where this process may not."""
