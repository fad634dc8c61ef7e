//! Every form of the language, as the page of the language writes it: a file for each subject.

use ec2sim::testing;

#[test]
fn every_form_of_the_language_does_what_it_says() {
    testing::each_scenario("tests/data/forms", |case| {
        case.replay().passed();
    });
}

/// Situations that people met with EC2 and wrote down in public.
#[test]
fn what_people_have_met_with_ec2_happens_here_too() {
    testing::each_scenario("tests/data/field", |case| {
        case.replay().passed();
    });
}
