"""From certified rows to a registered model and scored ads; every read goes through the guard."""
