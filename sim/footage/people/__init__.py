"""Bodies in pose: meshes, clothes, what they carry."""
