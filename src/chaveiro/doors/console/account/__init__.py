"""What concerns the account as a whole: overview, audit, settings, health."""
