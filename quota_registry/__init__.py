"""The emission quota registry: a stock in which no mass is lost, and the floors that use it."""
