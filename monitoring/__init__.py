"""
Third floor, above the stock: what the environment did, and what follows for each place.

Readings become days, months and sections' classes (``services.rollups``), months become warnings
(``services.months``), warnings suspensions, years judgements; ``selectors.gates`` answers the
floors above who may draw on what, and why.
"""
