"""All rows, of every layer."""

from tests.diagnose import rows_connects, rows_machine, rows_names

TABLE = (*rows_machine.ROWS, *rows_names.ROWS, *rows_connects.ROWS)
