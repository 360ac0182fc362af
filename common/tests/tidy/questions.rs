//! The questions, and the pages that ask them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::tree::{pages, read, root};

mod form;
#[allow(dead_code)]
#[path = "../../src/quiz/question.rs"]
mod question;

use question::Question;

const END: &str = "</details>\n";

fn all() -> Vec<Question> {
    Question::all(&read(&root().join("docs/questions.md")))
}

/// Returns where a page lies below `docs/`: `01-threads/mutex.md`.
fn below(file: &Path) -> String {
    let below = file.strip_prefix(root().join("docs")).unwrap_or(file);
    below.to_string_lossy().into_owned()
}

/// Writes a question as a page shows it, below the heading.
fn on_page(question: &Question) -> String {
    let options: Vec<String> = ('a'..)
        .zip(&question.options)
        .map(|(letter, choice)| format!("- ({letter}) {}", choice.text.replace('\n', "\n  ")))
        .collect();
    format!(
        "{}\n\n{}\n\n<details><summary>Answer</summary>\n\n{}\n\n</details>\n",
        question.text,
        options.join("\n"),
        question.answer
    )
}

/// Returns the demo that a heading is about: the words before its colon, as the command line writes them.
fn topic(heading: &str) -> String {
    let title = heading.trim_start_matches('#').trim();
    let name = title.split(':').next().unwrap_or_default();
    name.trim_matches('`').to_lowercase().replace(' ', "-")
}

/// A page's text with each question as `docs/questions.md` has it now, and the names of those that it asks.
fn asked(
    number: &str,
    page: &str,
    questions: &BTreeMap<String, Question>,
) -> (String, Vec<String>) {
    let mut text = String::new();
    let mut names = Vec::new();
    let mut heading = String::new();
    let mut fence = false;
    let mut rest = page;
    while let Some((line, after)) = rest.split_once('\n') {
        fence ^= line.starts_with("```");
        text.push_str(line);
        text.push('\n');
        rest = after;
        if !fence && line.starts_with('#') && !line.ends_with("Predict") {
            heading = topic(line);
        }
        if !fence && (line.ends_with("# Predict") || line == "**Predict**") {
            let name = format!("{number} {heading}");
            let end = rest
                .find(END)
                .unwrap_or_else(|| panic!("{name}: a question without an answer"));
            let question = questions
                .get(&name)
                .unwrap_or_else(|| panic!("docs/questions.md has no question `## {name}`"));
            text.push('\n');
            text.push_str(&on_page(question));
            rest = &rest[end + END.len()..];
            names.push(name);
        }
    }
    text.push_str(rest);
    (text, names)
}

#[test]
fn pages_ask_the_questions_word_for_word() {
    let questions: BTreeMap<String, Question> = all()
        .into_iter()
        .map(|question| (question.name.clone(), question))
        .collect();
    let mut found = Vec::new();
    for file in pages() {
        let name = below(&file);
        let number = name.get(..2).unwrap_or_default().to_owned();
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let page = read(&file);
        let (text, names) = asked(&number, &page, &questions);
        found.extend(names);
        if text != page && std::env::var_os("COURSE_BLESS").is_some() {
            fs::write(&file, &text).expect("the page can be written");
        } else if text != page {
            let differs = text
                .lines()
                .zip(page.lines())
                .find(|(one, other)| one != other);
            panic!(
                "{name} asks otherwise than docs/questions.md (COURSE_BLESS=1 writes the page anew): {differs:?}"
            );
        }
    }
    for name in questions.keys() {
        assert!(found.contains(name), "no page asks `{name}`");
    }
}

#[test]
fn a_question_has_three_answers_and_one_that_is_right() {
    let questions = all();
    assert!(questions.len() > 80, "{}", questions.len());
    for question in &questions {
        assert_eq!(
            question.options.len(),
            3,
            "{}: three answers",
            question.name
        );
        assert!(
            question.right().is_some(),
            "{}: which answer is right?",
            question.name
        );
    }
}

#[test]
fn no_answer_can_be_guessed() {
    let questions = all();
    let mut letters: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for question in &questions {
        let right = question.right().expect("there is one");
        letters.entry("all").or_default()[right] += 1;
        letters.entry(question.page()).or_default()[right] += 1;
        for (place, choice) in question.options.iter().enumerate() {
            let named = choice.thinks.is_some();
            assert_eq!(
                named,
                place != right,
                "{}: a wrong answer says what is behind it",
                question.name
            );
        }
    }
    for (page, counts) in &letters {
        let of: usize = counts.iter().sum();
        println!(
            "{page:>4}: a {} b {} c {} of {of}",
            counts[0], counts[1], counts[2]
        );
        let (least, most) = if *page == "all" { (28, 38) } else { (20, 60) };
        if of >= 5 {
            for count in counts {
                let percent = 100 * count / of;
                assert!(
                    (least..=most).contains(&percent),
                    "{page}: a letter is right in {percent} %"
                );
            }
        }
    }
}

/// The questions in which a rule chooses, and how many it gets right: a half where it chooses two options.
#[derive(Default)]
struct Guesses {
    questions: u32,
    right: f64,
}

#[test]
fn the_form_of_an_option_does_not_tell_whether_it_is_right() {
    let mut table: BTreeMap<&str, Guesses> = BTreeMap::new();
    for question in all() {
        let right = question.right().expect("there is one");
        let options: Vec<&str> = question
            .options
            .iter()
            .map(|choice| choice.text.as_str())
            .collect();
        for (rule, chosen) in form::chosen(question.demo(), &options) {
            let guesses = table.entry(rule).or_default();
            guesses.questions += 1;
            if chosen.contains(&right) {
                guesses.right += 1.0 / chosen.len() as f64;
            }
        }
    }

    let mut given_away = Vec::new();
    for (rule, guesses) in &table {
        let percent = 100.0 * guesses.right / f64::from(guesses.questions);
        let line = format!(
            "{rule:30} is right in {percent:3.0} % of {:2} questions",
            guesses.questions
        );
        println!("{line}");
        // One question more or less moves a rule that chooses in fewer than ten by more than a tenth.
        if guesses.questions >= 10 && percent > 45.0 {
            given_away.push(line);
        }
    }
    assert!(
        given_away.is_empty(),
        "docs/questions.md can be answered without its questions, by the form of the options:\n{}\n\
         Chance is right in 33 %. Give the three options of a question one form: all bare or all with a reason,\n\
         numbers that are equally round, hedges and extremes in wrong options as often as in right ones.",
        given_away.join("\n")
    );
}

#[test]
fn the_line_that_proves_an_answer_stands_in_an_output_of_its_page() {
    for question in all() {
        let Some(shows) = &question.shows else {
            continue;
        };
        let number = format!("{}-", question.page());
        let of_chapter = pages()
            .into_iter()
            .filter(|file| below(file).starts_with(&number));
        let page: String = of_chapter.map(|file| read(&file)).collect();
        let outputs: String = page
            .split("```console")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .collect();
        assert!(
            outputs.contains(shows.as_str()),
            "{}: no output shows `{shows}`",
            question.name
        );
    }
}
