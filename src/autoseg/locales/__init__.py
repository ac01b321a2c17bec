"""Texts that people read, in four languages, and numbers as each language writes them."""

from autoseg.locales.catalogue import LANGUAGES, Catalogue, load_catalogue

__all__ = ["LANGUAGES", "Catalogue", "load_catalogue"]
