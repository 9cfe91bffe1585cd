"""Who may do what: roles as data, study scope behind one function."""
