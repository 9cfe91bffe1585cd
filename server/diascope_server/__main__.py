"""`python -m diascope_server`: the same as the command `diascope`."""

import sys

from diascope_server.cli import main

sys.exit(main())
