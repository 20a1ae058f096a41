"""The stock's verbs, one module per noun."""
