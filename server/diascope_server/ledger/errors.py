"""Why the ledger does not take or give an entry."""

from diascope_server.errors import StoreFault


class LedgerUnavailable(StoreFault):
    """Nobody acknowledged an entry in time: nothing may be shown or changed."""

    family = "ledger"
    sentence = "The record of accesses cannot be written now, so nothing is opened. Try again."


class LeaseLost(LedgerUnavailable):
    """Another sequencer has a higher fencing token: this one forgets all and starts again."""


class LedgerBroken(StoreFault):
    """The ledger's files and the database disagree: it is not extended until someone looks."""

    family = "ledger"
    sentence = "The record of accesses is not intact. Run `diascope audit verify`."
