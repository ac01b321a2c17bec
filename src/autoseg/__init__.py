"""Finds customer segments that are really there and says what they are."""
