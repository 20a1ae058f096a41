"""The parks' pages."""
