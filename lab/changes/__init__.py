"""What can be changed in a topology: each function gives a change, and its name is how one says it."""
