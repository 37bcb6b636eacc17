"""The ways a browser goes: proxies by CONNECT and SOCKS, and the scripts that choose one."""
