"""Whom a certificate convinces: chains as values, the stores of this machine, and what each says."""
