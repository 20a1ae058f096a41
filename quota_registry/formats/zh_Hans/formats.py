"""Figures stand in groups of three, as masses do and as the bureau's papers write them."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
