"""Many endpoints, names or addresses at once, as cheaply as can be: for monitors and fleets, not for a check."""
