"""The standard door: AuthZEN's Authorization API 1.0."""
