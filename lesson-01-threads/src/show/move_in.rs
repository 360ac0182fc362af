//! `move-in`: words that move into a thread and back, and a text with two owners.

use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tracing::info;

use crate::move_in;

const WORDS: [&str; 8] = [
    "thread", "lock", "queue", "lock", "core", "thread", "scope", "join",
];

pub fn demo() -> Demo {
    Demo::new("move-in", "what a thread works on moves into it", run).in_turn()
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let words: Vec<String> = WORDS.map(str::to_owned).into();
    let before = words.as_ptr();

    let words = move_in::sort_elsewhere(words, run.pace);
    let same_place = before == words.as_ptr();
    let (counts, owners) = move_in::count_letters(words.clone(), run.pace);

    info!(
        "moving {} words there and back copied {} bytes: the text stayed where it was",
        words.len(),
        2 * size_of_val(&words),
    );
    Ok(json!({
        "words": words,
        "same_place": same_place,
        "letters_o_e": counts,
        "owners_left": owners,
    })
    .into())
}
