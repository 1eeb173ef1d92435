"""`chaveiro scan`: tokens that lie in files, found by their form alone."""
