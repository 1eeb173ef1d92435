"""Pairs in what people paste, and the requests they were to be sent with."""
