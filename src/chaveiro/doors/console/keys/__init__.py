"""The list of keys, issuing, and handing a token over."""
