"""Denials, diagnoses and the inbox of failures."""
