"""One thread, many conversations: the reactor, what wakes it, and who waits for a place."""
