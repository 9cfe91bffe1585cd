"""What happened, as bytes that can be signed, chained and put into a Merkle tree.

    event ─► record ─► canonical ─► merkle ─► checkpoint       (the server's ledger)
    beacon ─► chain ─► event                                   (what the page says it showed)

Nothing here keeps state, reads a clock or holds a cryptographic key: times, salts and the
functions that sign and verify are given by the caller. Every parser is total: a value or an
`AuditError`.
"""
