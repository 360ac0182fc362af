//! The rules of a reader who sees a question's heading and its options, and guesses by their form.

use std::collections::BTreeSet;

/// The places of the options that a rule would choose.
pub type Chosen = Vec<usize>;

const REASONS: [&str; 3] = ["because", "since", "as"];

const HEDGES: [&str; 23] = [
    "about", "around", "nearly", "almost", "roughly", "some", "somewhat", "often", "mostly",
    "usually", "perhaps", "may", "might", "hardly", "few", "little", "bit", "most", "less", "more",
    "least", "or", "soon",
];

const EXTREMES: [&str; 16] = [
    "never", "always", "all", "every", "each", "none", "nothing", "no", "both", "neither",
    "either", "only", "exactly", "ever", "any", "whole",
];

const NOTHING: [&str; 6] = ["0", "no", "not", "none", "nothing", "neither"];

const COMMON: [&str; 14] = [
    "the", "a", "an", "and", "of", "to", "in", "is", "it", "at", "on", "for", "with", "that",
];

/// Returns the words of a text in small letters; a number such as `2.5` or `1,000` is one word.
fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|sign: char| !sign.is_alphanumeric() && sign != '.' && sign != ',')
        .map(|word| word.trim_matches(['.', ',']).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

fn has_one_of(words: &[String], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(&word.as_str()))
}

fn numbers(words: &[String]) -> Vec<f64> {
    let plain = words.iter().map(|word| word.replace(',', ""));
    plain.filter_map(|word| word.parse().ok()).collect()
}

/// Returns the first number of each option in which the three differ, as hundredths.
fn telling_numbers(options: &[Vec<String>]) -> Option<Vec<i64>> {
    let all: Vec<Vec<f64>> = options.iter().map(|words| numbers(words)).collect();
    let shortest = all.iter().map(Vec::len).min()?;
    (0..shortest).find_map(|place| {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "no option has a number that large"
        )]
        let column: Vec<i64> = all
            .iter()
            .map(|row| (row[place] * 100.0).round() as i64)
            .collect();
        let different: BTreeSet<&i64> = column.iter().collect();
        (different.len() == column.len()).then_some(column)
    })
}

/// Returns the number of digits without the zeros at either end: 1 for 0.1 and 2,000, 3 for 1.25.
fn odd_digits(hundredths: i64) -> usize {
    hundredths.to_string().trim_matches('0').len()
}

/// Returns how alike an option is to the other two, in thousandths: the share of words that both have.
fn likeness(options: &[Vec<String>], place: usize) -> usize {
    let set = |words: &Vec<String>| -> BTreeSet<String> {
        let telling = words.iter().filter(|word| !COMMON.contains(&word.as_str()));
        telling.cloned().collect()
    };
    let mine = set(&options[place]);
    let others = (0..options.len()).filter(|other| *other != place);
    others
        .map(|other| {
            let theirs = set(&options[other]);
            1000 * mine.intersection(&theirs).count() / mine.union(&theirs).count().max(1)
        })
        .sum()
}

fn shares_a_word(words: &[String], heading: &[String]) -> bool {
    let is_kin = |one: &str, other: &str| {
        one == other
            || (other.len() > 3 && one.starts_with(other))
            || (one.len() > 3 && other.starts_with(one))
    };
    words
        .iter()
        .any(|word| heading.iter().any(|other| is_kin(word, other)))
}

fn places<T: PartialEq>(values: &[T], wanted: &T) -> Chosen {
    let wanted_places = values
        .iter()
        .enumerate()
        .filter(|(_, value)| *value == wanted);
    wanted_places.map(|(place, _)| place).collect()
}

/// Returns what each rule would choose. A rule that chooses none or all of the options does not choose.
pub fn chosen(heading: &str, options: &[&str]) -> Vec<(&'static str, Chosen)> {
    let mut rules: Vec<(&'static str, Chosen)> = Vec::new();
    let of: Vec<Vec<String>> = options.iter().map(|text| words(text)).collect();
    let title: Vec<String> = words(heading)
        .into_iter()
        .filter(|word| !COMMON.contains(&word.as_str()))
        .collect();

    let mut ends = |low: &'static str, high: &'static str, values: &[usize]| {
        rules.extend(values.iter().min().map(|min| (low, places(values, min))));
        rules.extend(values.iter().max().map(|max| (high, places(values, max))));
    };
    let lengths: Vec<usize> = options.iter().map(|text| text.chars().count()).collect();
    ends("the shortest", "the longest", &lengths);
    let counts: Vec<usize> = of.iter().map(Vec::len).collect();
    ends("the fewest words", "the most words", &counts);
    let alike: Vec<usize> = (0..of.len()).map(|place| likeness(&of, place)).collect();
    ends("unlike the others", "most like the others", &alike);
    let telling = telling_numbers(&of);
    if let Some(column) = &telling {
        let odd: Vec<usize> = column.iter().map(|number| odd_digits(*number)).collect();
        ends("the roundest number", "the least round number", &odd);
    }

    if let Some(column) = &telling {
        let mut sorted = column.clone();
        sorted.sort_unstable();
        let names = [
            "the smallest number",
            "the middle number",
            "the largest number",
        ];
        rules.extend(
            names
                .into_iter()
                .zip(&sorted)
                .map(|(name, number)| (name, places(column, number))),
        );
    }

    let mut mark = |with: &'static str, without: &'static str, marks: &[bool]| {
        rules.push((with, places(marks, &true)));
        rules.push((without, places(marks, &false)));
    };
    let reason: Vec<bool> = options
        .iter()
        .zip(&of)
        .map(|(text, words)| text.contains([':', ';']) || has_one_of(words, &REASONS))
        .collect();
    mark("with a reason", "without a reason", &reason);
    let lists: [(&str, &str, &[&str]); 3] = [
        ("with a hedge", "without a hedge", &HEDGES),
        ("with an extreme", "without an extreme", &EXTREMES),
        ("a zero or none", "no zero or none", &NOTHING),
    ];
    for (with, without, list) in lists {
        let marks: Vec<bool> = of.iter().map(|words| has_one_of(words, list)).collect();
        mark(with, without, &marks);
    }
    let digits: Vec<bool> = of.iter().map(|words| !numbers(words).is_empty()).collect();
    mark("with a number", "without a number", &digits);
    let kin: Vec<bool> = of
        .iter()
        .map(|words| shares_a_word(words, &title))
        .collect();
    mark("a word of the heading", "no word of the heading", &kin);

    let odd_one = places(&alike, alike.iter().min().unwrap_or(&0));
    let pair = (0..of.len()).filter(|place| !odd_one.contains(place));
    rules.push(("one of the pair that is alike", pair.collect()));
    let letters = ["always (a)", "always (b)", "always (c)"];
    rules.extend(
        letters
            .into_iter()
            .enumerate()
            .map(|(place, name)| (name, vec![place])),
    );

    rules.retain(|(_, chosen)| !chosen.is_empty() && chosen.len() < options.len());
    rules
}

#[test]
fn the_rules_choose_what_their_names_say() {
    let options = [
        "2 s: one waits",
        "about 0.4 s",
        "never, as the pipe is full",
    ];
    let rules = chosen("full-pipe", &options);
    let choice_of = |name| {
        let rule = rules.iter().find(|(known, _)| *known == name);
        rule.map(|(_, chosen)| chosen.clone())
    };
    assert_eq!(choice_of("the longest"), Some(vec![2]));
    assert_eq!(choice_of("without a reason"), Some(vec![1]));
    assert_eq!(choice_of("with a hedge"), Some(vec![1]));
    assert_eq!(choice_of("with an extreme"), Some(vec![2]));
    assert_eq!(choice_of("with a number"), Some(vec![0, 1]));
    assert_eq!(choice_of("a word of the heading"), Some(vec![2]));
    assert_eq!(choice_of("unlike the others"), Some(vec![2]));
    assert_eq!(choice_of("the middle number"), None);
    assert_eq!(choice_of("always (b)"), Some(vec![1]));

    let rules = chosen("x", &["0.1 s", "1,000 s", "1.25 s"]);
    assert!(rules.contains(&("the middle number", vec![2])));
    assert!(rules.contains(&("the least round number", vec![2])));
    assert!(rules.contains(&("the roundest number", vec![0, 1])));
}
