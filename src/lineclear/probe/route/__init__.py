"""What stands between: the routers, who refuses, and what becomes of a connection over its life."""
