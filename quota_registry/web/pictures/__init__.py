"""Pictures of every page in both languages and at two widths, for those who look after looks."""
