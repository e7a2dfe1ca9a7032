"""What is stored about people: saying it, handing it over, deleting it, and not keeping practice."""
