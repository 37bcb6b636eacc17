"""`python -m lineclear.render.schemas FOLDER`: write the schemas again after a type has changed."""

import sys
from pathlib import Path

from lineclear.render.schemas import generated

for name, text in generated().items():
    Path(sys.argv[1], name).write_bytes(text)
