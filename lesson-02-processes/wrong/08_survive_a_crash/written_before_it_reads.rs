//! fails: stuck: asking 12,000 numbers
//!
//! All numbers are written before an answer is read: with many, both pipes are full, and both processes wait.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

/// The squares, in the order of the numbers; `None` for a number that ends its worker each time.
pub fn ask_all(hire: &dyn Fn() -> Command, numbers: &[i64]) -> Vec<Option<i64>> {
    let mut squares = Vec::with_capacity(numbers.len());
    let mut deaths = 0;
    while squares.len() < numbers.len() {
        let Ok(mut worker) = hire().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else {
            squares.push(None);
            continue;
        };
        let mut to = worker.stdin.take().expect("piped");
        let from = BufReader::new(worker.stdout.take().expect("piped"));
        for number in &numbers[squares.len()..] {
            if writeln!(to, "{number}").is_err() {
                break;
            }
        }
        drop(to);
        let left = numbers.len() - squares.len();
        let mut from = from;
        let mut line = String::new();
        for _ in 0..left {
            line.clear();
            match from.read_line(&mut line) {
                Ok(n) if n > 0 && line.ends_with('\n') => {
                    squares.push(line.trim().parse().ok());
                    deaths = 0;
                }
                _ => break,
            }
        }
        drop(from);
        let _ = worker.wait();
        if squares.len() < numbers.len() {
            deaths += 1;
            if deaths == 2 {
                squares.push(None);
                deaths = 0;
            }
        }
    }
    squares
}
