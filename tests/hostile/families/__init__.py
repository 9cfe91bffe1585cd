"""One family of defects a module; each yields cases of the rows of security.md, section 3."""
