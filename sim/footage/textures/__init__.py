"""What cloth, skin, hair, shoes and bags look like near by: small textures of each person's own."""
