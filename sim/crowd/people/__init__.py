"""Who is in the school: bodies, clothes, descriptions, look-alikes."""
