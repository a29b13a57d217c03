"""The alliance's words and values: vocabulary, who asks, what is allowed, why not, when. Standard library only."""
