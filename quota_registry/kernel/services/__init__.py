"""The kernel's verbs, one module per noun."""
