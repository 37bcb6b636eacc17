"""A simulated internet in network namespaces: real routers and middleboxes, labelled faults, proven labels.

Root on Linux only, and only for those who develop Lineclear: the product never imports it.
"""
