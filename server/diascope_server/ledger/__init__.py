"""The server's ledger: who did what, sealed, in a Merkle tree under signed checkpoints.

    journal ─ pending row ─► sequencer ─ entries, tiles, checkpoint ─► files
                                 └ compare-and-swap of the head ─► database
    read, fsck ◄─ snapshot ◄─ files and head

One process sequences; every other one appends through the database and waits until the checkpoint
that holds its entry is signed, swapped and published. No key and no pixel leaves before that.
"""

from diascope_server.ledger.errors import LedgerBroken, LedgerUnavailable
from diascope_server.ledger.journal import Head, Ledger
from diascope_server.ledger.orders import Appended

__all__ = ["Appended", "Head", "Ledger", "LedgerBroken", "LedgerUnavailable"]
