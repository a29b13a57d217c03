"""The system that a city's child-welfare alliance runs on: directory, needs, matching, claims, coverage."""
