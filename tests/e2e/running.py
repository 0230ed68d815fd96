"""A run that goes on while a test does something to it."""


def wait_until_it_sends(test, running):
    """Reads its progress, a line a second, until that tells a rate."""
    while "  sent 0 " in (line := running.stderr.readline()) or "  sent " not in line:
        test.assertNotEqual(line, "", "the run ended before it sent anything")
