"""A folder of sheets as the content of an empty database, under the rules of the trade: all of it or nothing."""
