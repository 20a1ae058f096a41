"""Answers of the parks' floor."""
