"""Lists of readings: the bureau's and the registry's own, read before any database."""
