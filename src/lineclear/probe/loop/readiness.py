"""What a descriptor can be ready for, as a mask: the numbers of epoll, whatever the platform."""

READ = 0x001
"""EPOLLIN: there is something to read, or the far end closed."""
WRITE = 0x004
"""EPOLLOUT: a connect finished, or there is room to send."""
ERROR = 0x008
"""EPOLLERR: an error waits on the socket, or in its error queue."""
HANGUP = 0x010
"""EPOLLHUP: both directions are closed. A socket that never connected shows this too."""
