"""Home, search, sign-in, the API's root and whatever the floors below show together."""
