"""Who takes a need, and how it goes on; the candidates for it, and the worklist of an organization."""
