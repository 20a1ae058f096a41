"""Lists that the bureau keeps of the stock: their layouts, and their rows as facts."""
