"""The parks over the API."""
