//! A worker whose job prints to standard output. This program is both: started with an argument, it is the worker.

use std::num::NonZero;
use std::process::{Command, Stdio};
use std::time::Duration;

use lesson_04_pools::{process_pool, wire};

fn main() {
    if std::env::args().nth(1).as_deref() == Some("worker") {
        let chatty = |number: u64| {
            println!("a stray line about {number}, and one without an end");
            print!("...");
            number * 2
        };
        return wire::serve(chatty).expect("its pipes are fine");
    }
    let answers = common::deadline::within(Duration::from_secs(30), || {
        let start = |_: &str| {
            let mut command = Command::new(std::env::current_exe().expect("it runs"));
            command.arg("worker").stderr(Stdio::null());
            command
        };
        let mut answers = Vec::new();
        let tasks: Vec<u64> = (1..=50).collect();
        process_pool::run(start, NonZero::new(3).expect("3"), &tasks, |task, answer: u64| {
            answers.push((*task, answer));
        })
        .expect("stray lines do no harm");
        answers
    });
    let mut answers = answers.expect("it ends");
    answers.sort_unstable();
    assert_eq!(answers, (1..=50).map(|number| (number, number * 2)).collect::<Vec<_>>());
    println!("test a_job_that_prints_does_not_spoil_the_answers ... ok");
}
