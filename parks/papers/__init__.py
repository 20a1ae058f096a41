"""The papers of a park's year: the target sheet (§15) and the reward notice (§18)."""
