"""The report of a comparison on paper: its words, its pictures, its tables, and the PDF made of them."""
