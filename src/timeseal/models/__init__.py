"""Time-to-gone models: arrays in, arrays out; opens no connection and reads no environment."""
