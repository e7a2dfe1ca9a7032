"""The training record in other forms: data that can be verified, tables, HSEEP rows, xAPI statements, paper."""
