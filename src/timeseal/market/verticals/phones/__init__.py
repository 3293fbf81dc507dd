"""The phones vertical: used iPhones in Norway, generations 13 to 17."""
