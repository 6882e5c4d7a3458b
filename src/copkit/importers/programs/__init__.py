"""What each program writes differently in its attendance reports."""
