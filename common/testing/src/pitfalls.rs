//! The sentence of broken against fixed, of every pitfall that has both.

use common::measure::busy;

use crate::run::run;

/// What a pitfall says at its end.
#[derive(Clone, Copy, Debug)]
pub enum Said {
    /// The span that made the difference.
    Span(&'static str),
    /// The same of parts that compute: they may take as long as each other on a busy machine, or one of
    /// them longer because it was in line.
    SpanIfQuiet(&'static str),
    /// The span, by lane and name, for what was counted: no time tells it.
    Counted(&'static str),
    /// Nothing: there are no two times to compare.
    Nothing,
}

/// Runs every pitfall of a lesson, and looks for the span that it must name.
///
/// # Panics
/// Panics if `pitfalls` are not those that the lesson lists, or if one says something else.
pub fn check_pitfalls(program: &str, pitfalls: &[(&str, Said)]) {
    let listed = run(program, &["list"]).stdout;
    let listed = listed
        .lines()
        .skip_while(|line| *line != "pitfalls")
        .skip(1);
    let listed = listed.take_while(|line| !line.is_empty());
    let listed: Vec<&str> = listed
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let names: Vec<&str> = pitfalls.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names, listed,
        "each pitfall says something, or has a reason not to"
    );

    for (name, said) in pitfalls {
        let ran = run(program, &[name, "--pace", "0.5"]);
        let is_sentence = |line: &&str| {
            line.contains("what made the difference is")
                || line.ends_with("as long as each other")
                || line.ends_with("no difference this time")
        };
        let sentence = ran.stdout.lines().find(is_sentence);
        let is_right = match (said, sentence) {
            (Said::Span(span), Some(sentence)) => names_span(sentence, span),
            (Said::SpanIfQuiet(span), Some(sentence)) => {
                let is_equal = sentence.ends_with("as long as each other");
                let is_others = busy().is_some() && names_span(sentence, "in line for a core");
                is_equal || is_others || names_span(sentence, span)
            }
            // Natively it is luck whether an addition is lost, on a busy machine hardly any is.
            (Said::Counted(span), Some(sentence)) => {
                let is_luck = *name == "race" && sentence.ends_with("no difference this time");
                is_luck || names_span(sentence, span)
            }
            (Said::Nothing, None) => true,
            _ => false,
        };
        assert!(
            is_right,
            "{name}: {sentence:?} is not {said:?}:\n{}",
            ran.stdout
        );
    }
}

fn names_span(sentence: &str, span: &str) -> bool {
    let difference = sentence.split("difference is").nth(1);
    difference.is_some_and(|words| words.contains(span))
}
