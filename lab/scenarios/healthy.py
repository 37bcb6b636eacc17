"""Networks where everything works, and those that only look odd."""

from lab.scenario import Scenario

SCENARIOS = (Scenario(name="healthy", family="healthy", says="Nothing is wrong.", verdict="success"),)
