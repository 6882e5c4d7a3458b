"""What a folder from somebody else may hold, and what copkit does with it.

``attacks.jsonl`` has the inputs by group, each with the outcome that is safe; every group has a
test that takes each of its inputs through the commands.
"""
