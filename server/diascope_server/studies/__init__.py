"""Studies: the list in memory, opening with a released key, sealed parts."""
