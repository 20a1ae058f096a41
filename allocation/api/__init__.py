"""The desk over the API."""
