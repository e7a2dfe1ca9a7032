"""Building and camera geometry: floors, zones, doors, walls, cameras."""
