"""(method, path) → resources: read from a catalogue's text, decided by its tree."""

from chaveiro.catalogue.path import canonical, shown
from chaveiro.catalogue.route import Route
from chaveiro.catalogue.template import CatalogueMalformed
from chaveiro.catalogue.toml import read_toml
from chaveiro.catalogue.tree import Catalogue

__all__ = ["Catalogue", "CatalogueMalformed", "Route", "canonical", "read_toml", "shown"]
