"""Users, who keeps keys, the sponsor, pairs that are registered by hand."""
