"""The public face: one file per slice, each type shaped for who asks, never for how it is kept."""
