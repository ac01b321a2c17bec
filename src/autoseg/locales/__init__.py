"""Texts that people read, and numbers as each of four languages writes them."""

from autoseg.locales.catalogue import LANGUAGES, Catalogue, load_catalogue

__all__ = ["LANGUAGES", "Catalogue", "load_catalogue"]
