"""One camera's share of a build: drawn in processes of their own, in a folder kept between runs."""
