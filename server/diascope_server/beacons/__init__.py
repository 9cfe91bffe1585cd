"""Documents and what they say: enrolment of a chain, proofs of its key, intake of its beacons."""
