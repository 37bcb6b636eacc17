"""The only room that touches the network: one attempt, one observation, and never a verdict."""
