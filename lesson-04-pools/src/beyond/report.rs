//! The value of a run, and what is missing from it.

use std::collections::BTreeMap;

use common::Outcome;
use serde_json::json;
use tracing::info;

use super::job::Ending;
use super::submitter::Plan;
use crate::chunks::chunk::Sum;

/// Says in the log how a chunk ended.
pub fn tell(chunk: u64, ending: &Ending) {
    match ending {
        Ending::Done(sum) => info!("chunk {chunk} is done: {sum}"),
        Ending::Dead(why) => info!("chunk {chunk} is a dead letter: {why}"),
    }
}

/// Adds up the chunks. `missing` says what became of a chunk without an ending.
pub fn report(run: &str, plan: &Plan, endings: &BTreeMap<u64, Ending>, missing: &str) -> Outcome {
    let jobs = plan.jobs(run);
    let mut sums = Vec::new();
    let mut problems = Vec::new();
    let mut absent = Vec::new();
    for job in &jobs {
        let chunk = &job.chunk;
        let id = chunk.id;
        match endings.get(&id) {
            Some(Ending::Done(sum)) => sums.push(Sum {
                chunk_id: id,
                items: chunk.last - chunk.first + 1,
                result: *sum,
            }),
            Some(Ending::Dead(why)) => problems.push(format!("chunk {id} was given up: {why}")),
            None => absent.push(id),
        }
    }
    match &absent[..] {
        [] => {}
        [one] => problems.push(format!("chunk {one} {missing}")),
        [first, rest @ ..] => {
            problems.push(format!("chunk {first} and {} more {missing}", rest.len()));
        }
    }

    // A sum without a chunk would be wrong: rather none. And a result from elsewhere could be
    // anything.
    let lost = jobs.len() - sums.len();
    let total = if lost == 0 {
        let mut results = sums.iter().map(|sum| sum.result);
        let total = results.try_fold(0_u64, u64::checked_add);
        if total.is_none() {
            problems.push("the results add up to more than 64 bits can hold".to_owned());
        }
        total
    } else {
        info!("no total: {lost} of the chunks have no result");
        None
    };
    if let Some(total) = total {
        info!("the squares of 1 to {} add up to {total}", plan.items);
    }
    let outcome = json!({ "run": run, "total": total, "chunks": sums }).into();
    problems.into_iter().fold(outcome, Outcome::problem)
}
