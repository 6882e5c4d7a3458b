"""Questions about services, connectors and the places that they are for."""
