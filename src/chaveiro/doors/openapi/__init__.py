"""What every door answers, described for programs: OpenAPI 3.1, written from the values that the doors use."""
