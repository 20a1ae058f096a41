"""The emission quota registry: a ground floor of mass that cannot be lost, and what stands on it."""
