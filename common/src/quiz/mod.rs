//! `quiz`: the predictions of a lesson's pages, asked at the terminal.

mod question;
mod score;

use std::env;
use std::fs;
use std::io::{self, BufRead, IsTerminal};
use std::process::Command as Process;

use clap::{Arg, ArgMatches, Command, value_parser};
use serde_json::json;

use self::question::Question;
use self::score::Score;
use crate::exercises::folder::Folder;
use crate::output::{complain, line, say, wrapped};

const FAILED: u8 = 1;
const USAGE: u8 = 2;

/// Describes the subcommand.
pub(crate) fn command() -> Command {
    Command::new("quiz")
        .about("The predictions of this lesson's pages, as questions; keeps a score")
        .arg(
            Arg::new("count")
                .value_name("N")
                .value_parser(value_parser!(u16).range(1..))
                .help("Ask so many [default: all]"),
        )
}

/// Asks the questions of the lesson: those answered wrong first, then new ones, then the others, each group shuffled.
/// Runs are offered at a terminal only: elsewhere each line of the input is an answer. Returns the exit code.
pub(crate) fn run(package: &'static str, demos: &[&str], values: &ArgMatches, as_json: bool) -> u8 {
    let folder = Folder::find(package);
    let file = folder.root.join("docs/questions.md");
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) => {
            complain(&format!("{package}: {}: {error}", file.display()));
            return USAGE;
        }
    };
    let mut questions = of_lesson(Question::all(&text), package);
    if as_json {
        for question in &questions {
            line(&as_object(question).to_string());
        }
        return 0;
    }

    let mut score = Score::read(folder.root.join(format!(".progress-quiz-{package}")));
    shuffle(&mut questions, seed());
    questions.sort_by_key(|question| match score.of(&question.name) {
        Some(false) => 0,
        None => 1,
        Some(true) => 2,
    });

    let count = values
        .get_one::<u16>("count")
        .map_or(usize::MAX, |count| usize::from(*count));

    questions.truncate(count);

    let mut asked = 0;
    let mut right = 0;

    for (number, question) in questions.iter().enumerate() {
        say(&format!(
            "question {} of {}: {}",
            number + 1,
            questions.len(),
            question.demo()
        ));
        match ask(question) {
            Answer::Chosen(chosen) => {
                asked += 1;
                let is_right = Some(chosen) == question.right();
                right += usize::from(is_right);
                if let Err(error) = score.keep(&question.name, is_right) {
                    complain(&format!("{package}: the score cannot be kept: {error}"));
                    return FAILED;
                }
                explain(question, chosen);
                let has_demo = demos.contains(&question.demo()) && io::stdin().is_terminal();
                if has_demo && !offer_run(package, question.demo()) {
                    break;
                }
            }
            Answer::Skipped => {}
            Answer::Left => break,
        }
        say("");
    }

    if asked > 0 {
        say(&format!("{right} of {asked} right"));
    }
    if right < asked {
        say("what was wrong is asked first next time");
    }

    0
}

/// Returns the questions of the lesson's page. The fourth lesson's tools have a page of their own.
fn of_lesson(questions: Vec<Question>, package: &str) -> Vec<Question> {
    let number = package.split('-').nth(1).unwrap_or_default();
    let pages: &[&str] = match number {
        "01" => &["00", "01"],
        "04" => &["04", "05"],
        other => &[other],
    };
    let of_page = |question: &Question| pages.contains(&question.page());
    questions.into_iter().filter(of_page).collect()
}

fn as_object(question: &Question) -> serde_json::Value {
    let options: Vec<serde_json::Value> = question
        .options
        .iter()
        .map(|choice| json!({ "text": choice.text, "thinks": choice.thinks }))
        .collect();
    json!({ "name": question.name, "question": question.text, "options": options,
        "right": question.right(), "answer": question.answer, "shows": question.shows })
}

enum Answer {
    Chosen(usize),
    Skipped,
    Left,
}

/// Shows a question and reads an answer to it.
fn ask(question: &Question) -> Answer {
    say(&wrapped(&format!("\n{}\n", shown(&question.text))));
    for (letter, choice) in ('a'..).zip(&question.options) {
        say(&wrapped(&format!(
            "  ({letter}) {}",
            choice.text.replace('\n', " ")
        )));
    }

    let last =
        char::from(b'a' + u8::try_from(question.options.len().saturating_sub(1)).unwrap_or(0));

    loop {
        say(&format!(
            "\nyour answer, a to {last} (enter skips, q leaves):"
        ));
        let Some(typed) = read_line() else {
            return Answer::Left;
        };
        match typed
            .trim()
            .trim_matches(['(', ')'])
            .to_lowercase()
            .as_str()
        {
            "" => return Answer::Skipped,
            "q" => return Answer::Left,
            word => {
                let letter = word.chars().next().unwrap_or_default();
                let place = ('a'..=last).position(|known| known == letter);
                if let (Some(place), 1) = (place, word.chars().count()) {
                    return Answer::Chosen(place);
                }
                say(&format!("'{word}' is none of them"));
            }
        }
    }
}

/// Says whether the answer is right, what is behind a wrong one, and why the right one is right.
fn explain(question: &Question, chosen: usize) {
    let right = question.right();
    let letter = |place: usize| char::from(b'a' + u8::try_from(place).unwrap_or(0));
    if right == Some(chosen) {
        say("\nright.");
    } else {
        let correct = right.map_or(' ', letter);
        say(&format!("\nnot ({}): it is ({correct}).", letter(chosen)));
        if let Some(thinks) = &question.options[chosen].thinks {
            let thinks = thinks.replace('\n', " ");
            say(&wrapped(&format!(
                "({}) believes: {thinks}",
                letter(chosen)
            )));
        }
    }

    let answer = shown(&question.answer);
    let letter = right.map_or(' ', letter);
    let reason = answer
        .strip_prefix(&format!("({letter}). "))
        .unwrap_or(&answer);
    say(&wrapped(reason));

    if let Some(shows) = &question.shows {
        say(&format!("the run shows: {shows}"));
    }
}

/// Takes the marks of Markdown out: bold, and where links lead.
fn shown(text: &str) -> String {
    let mut plain = String::new();
    for (number, part) in text.replace("**", "").split("](").enumerate() {
        let part = match part.split_once(')') {
            Some((_, after)) if number > 0 => after,
            _ => part,
        };
        match part.rsplit_once('[') {
            Some((before, title)) if !title.contains(']') => {
                plain.push_str(before);
                plain.push_str(title);
            }
            _ => plain.push_str(part),
        }
    }

    plain
}

/// Offers to run the demo; returns whether the quiz goes on.
fn offer_run(package: &str, demo: &str) -> bool {
    say(&format!("\nr runs `{demo}`, enter goes on, q leaves:"));
    let Some(typed) = read_line() else {
        return false;
    };

    match typed.trim() {
        "q" => false,
        "r" => {
            let ran =
                env::current_exe().and_then(|program| Process::new(program).arg(demo).status());
            if let Err(error) = ran {
                complain(&format!("{package}: {demo} cannot be started: {error}"));
            }
            true
        }
        _ => true,
    }
}

/// Reads a line of standard input; `None` at its end.
fn read_line() -> Option<String> {
    let mut typed = String::new();
    match io::stdin().lock().read_line(&mut typed) {
        Ok(1..) => Some(typed),
        _ => None,
    }
}

/// Returns a number that differs from run to run.
fn seed() -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish()
}

/// Puts the items into an order that the seed decides (Fisher and Yates).
fn shuffle<T>(items: &mut [T], mut seed: u64) {
    for last in (1..items.len()).rev() {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let other = usize::try_from(seed % (last as u64 + 1)).unwrap_or(0);
        items.swap(last, other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# Questions\n\nIntro.\n\n## 01 mutex\n\nHow long?\n\n- (a) 1 s\n  - thinks: locks are\n    free\n- (b) 2 s:\n  a lock\n- (c) 3 s\n\nAnswer: **(b).** Because.\n\nShows: `0.9 s`\n\n## 02 pipe\n\nWho?\n\n- (a) x\n- (b) y\n\nAnswer: It was **(a)**.\n";

    #[test]
    fn questions_are_read_whole() {
        let all = Question::all(FILE);
        assert_eq!(all.len(), 2);
        let mutex = &all[0];
        assert_eq!(
            (mutex.page(), mutex.demo(), mutex.right()),
            ("01", "mutex", Some(1))
        );
        assert_eq!(
            mutex.options[0].thinks.as_deref(),
            Some("locks are\n    free")
        );
        assert_eq!(mutex.options[1].text, "2 s:\na lock");
        assert_eq!(mutex.shows.as_deref(), Some("0.9 s"));
        assert_eq!(all[1].right(), Some(0));
    }

    #[test]
    fn a_lesson_asks_its_own_pages_only() {
        let names = |package| -> Vec<String> {
            let mine = of_lesson(Question::all(FILE), package);
            mine.into_iter().map(|question| question.name).collect()
        };
        assert_eq!(names("lesson-01-threads"), ["01 mutex"]);
        assert_eq!(names("lesson-02-processes"), ["02 pipe"]);
        assert!(names("lesson-03-async").is_empty());
    }

    #[test]
    fn marks_of_markdown_are_not_shown() {
        let text = "**(a)**: see [the page](x.md#a) and `v[0]`, and [b](c).";
        assert_eq!(shown(text), "(a): see the page and `v[0]`, and b.");
    }

    #[test]
    fn shuffling_loses_nothing() {
        let mut items: Vec<u32> = (0..50).collect();
        shuffle(&mut items, 7);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }
}
