"""What keepers are shown, whatever the door."""
