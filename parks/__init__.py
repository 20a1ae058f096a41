"""
Fourth floor, above the watch: limit-value parks.

Nothing is built here yet. What a park earns will enter the stock through ``reserve.services``.
"""
