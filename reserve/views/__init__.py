"""The stock's pages, one module per noun."""
