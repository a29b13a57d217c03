"""Organizations and what they can do, stations, places, and the words of the trade. Public."""
