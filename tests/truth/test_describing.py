"""Times, pictures and answers survive the way to a describer and back, on one quality; `make accuracy` runs all."""

from tests.truth import describing


def test_a_planted_describers_events_come_back_at_their_times():
    tallies, failed = describing.collected((28,), ("enters at 3.0 s", "never, three shots"))
    assert [key for key, tally in tallies.items() if not tally.is_good] == []
    counted, broken = failed.split(" of ")
    assert counted == broken != "0"
