"""
Fourth floor, above the watch: limit-value parks (§15–19).

Its register, the annual totals, and the year from last year's judgement to the reward, which
enters the stock through ``reserve.services``.
"""
