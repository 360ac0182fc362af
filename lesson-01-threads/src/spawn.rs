//! `spawn`: two functions at the same time, each on a thread of its own.

use std::io;
use std::thread::{self, Builder};

use common::Pace;
use tracing::{info, info_span};

/// Seconds of a pause, in which a real program would wait for a disk or a network.
const PAUSE: f64 = 0.5;

/// Prints five numbers, with a pause after each.
pub fn print_numbers(pace: Pace) -> Vec<u32> {
    let mut printed = Vec::new();
    for number in 0..5 {
        info!("Number: {number}");
        printed.push(number);
        thread::sleep(pace.seconds(PAUSE));
    }
    printed
}

/// Prints five letters, with a pause after each.
pub fn print_letters(pace: Pace) -> Vec<char> {
    let mut printed = Vec::new();
    for letter in 'a'..='e' {
        info!("Letter: {letter}");
        printed.push(letter);
        thread::sleep(pace.seconds(PAUSE));
    }
    printed
}

/// Runs both at the same time, each on a thread of its own.
pub fn at_the_same_time(pace: Pace) -> io::Result<(Vec<u32>, Vec<char>)> {
    // Made here and entered in the threads: so the timeline knows which thread started them.
    let first = info_span!("numbers");
    let second = info_span!("letters");
    // `thread::spawn` would do; a `Builder` also gives the thread a name, which `ps -T` shows.
    let named = |name: &str| Builder::new().name(name.into());

    let numbers = named("numbers").spawn(move || first.in_scope(|| print_numbers(pace)))?;
    let letters = named("letters").spawn(move || second.in_scope(|| print_letters(pace)))?;

    // `join` waits for the thread to end and hands over what its function returned.
    let numbers = numbers.join().expect("printing numbers does not panic");
    let letters = letters.join().expect("printing letters does not panic");
    Ok((numbers, letters))
}

/// Runs both on the calling thread: first all numbers, then all letters.
pub fn one_after_the_other(pace: Pace) -> (Vec<u32>, Vec<char>) {
    let numbers = info_span!("numbers").in_scope(|| print_numbers(pace));
    let letters = info_span!("letters").in_scope(|| print_letters(pace));
    (numbers, letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_return_what_they_printed() {
        let fast = Pace::new(0.001).unwrap();
        let expected = (vec![0, 1, 2, 3, 4], vec!['a', 'b', 'c', 'd', 'e']);
        assert_eq!(at_the_same_time(fast).unwrap(), expected);
        assert_eq!(one_after_the_other(fast), expected);
    }
}
