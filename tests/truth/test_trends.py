"""What is planted in a corpus is found there, and nothing in a flat one."""

from analyzers.measures.trends.rhythm import same_rhythms
from tests.truth.trends import patterned, planted, risen, told


def test_what_rises_to_five_times_as_much_is_told_in_its_week():
    assert told(*planted(1, 5)) >= risen(1)


def test_a_flat_corpus_and_one_that_grows_are_silent():
    assert told(*planted(1, 1)) == set()
    assert told(*planted(1, 1, growth=1.2)) == set()


def test_templates_are_found_and_nothing_else():
    cuts, truth = patterned(1 / 30)
    assert {(one, other) for one, other, _ in same_rhythms(cuts)} == truth
