"""Building, sending and previewing documents."""
