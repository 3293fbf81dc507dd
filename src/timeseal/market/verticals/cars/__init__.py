"""Cars: the vertical of the demo, fed by a crawl of private used-car ads."""
