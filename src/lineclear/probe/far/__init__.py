"""The user's far ends: a reflector, and services that say our address."""
