"""All rows, of every layer."""

from tests.diagnose import rows_machine

TABLE = (*rows_machine.ROWS,)
