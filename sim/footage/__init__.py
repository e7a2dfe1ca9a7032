"""Plates, bodies, renderer, encoder; read and write a recording."""
