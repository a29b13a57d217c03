"""The rules, asked bare: values in, values out, no database."""
