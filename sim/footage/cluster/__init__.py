"""Rendering cameras on a Dask cluster: what is sent there, what comes back, and what may go wrong."""
