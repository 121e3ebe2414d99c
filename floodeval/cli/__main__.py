"""`python -m floodeval.cli` is `floodeval`."""

import sys

from floodeval.cli import main

sys.exit(main())
