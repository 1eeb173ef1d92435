"""`chaveiro key import`: keys that another system made, as its own records have them."""
