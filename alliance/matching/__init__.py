"""Who can meet a need, who cannot and why, and in which order. Pure: facts come in, verdicts go out."""
