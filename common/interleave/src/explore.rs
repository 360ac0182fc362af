//! What a learner asks of an exercise besides its verdict: all outcomes, all orders as a graph of states, or one order step
//! by step.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::env;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use judge::judging::{EXPLORE, answer_and_end, lock, observe, observed, of_search, verdict_on};
use judge::{Kind, Verdict};

use super::place::Sources;
use super::run::{self, Run};
use super::runner::{Body, run_all};
use super::schedule::{Choice, Plan, Snapshot, Taken};
use super::shorter::superfluous;
use super::story;

/// Runs that may be spent on a graph, with the steps written down or without; and states that a page can hold.
const RUNS_TOLD: usize = 1500;
const RUNS: usize = 5000;
const STATES: usize = 2500;

/// Which of a check's searches this is.
static SEARCHES: AtomicUsize = AtomicUsize::new(0);

/// The number of the search that begins now; what is asked of it, if anything is.
pub(super) fn begins(body: &Body) -> Begins {
    let search = SEARCHES.fetch_add(1, Relaxed);
    let Ok(wish) = env::var(EXPLORE) else {
        return Begins::Judged(search);
    };

    let mut words = wish.splitn(3, ' ');
    let (what, wanted) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    if wanted.parse() != Ok(search) {
        return Begins::PassedOver;
    }

    let plan = words.next().unwrap_or_default();
    let answer = match what {
        "outcomes" => outcomes(body),
        "orders" => orders(body, search),
        "superfluous" => json!(superfluous(body, planned(plan))),
        _ => steps(body, plan, search),
    };

    answer_and_end(&answer)
}

pub(super) enum Begins {
    Judged(usize),
    PassedOver,
}

/// A run, what was chosen in it, and its fault.
struct Ran {
    run: Run,
    choices: Vec<Choice>,
    snapshots: Vec<Snapshot>,
    verdict: Option<Verdict>,
    is_stopped: bool,
}

fn one(body: &Body, plan: Plan, is_recorded: bool) -> Ran {
    let taken = Arc::new(Mutex::new(Taken {
        is_recorded,
        ..Taken::default()
    }));
    let mut plan = Some(plan);
    observe();

    let ended = run_all(body, move |_| plan.take(), &taken);
    let verdict = ended.err().map(|payload| verdict_on(&*payload));
    let mut taken = lock(&taken);

    Ran {
        run: run::take().unwrap_or_default(),
        choices: std::mem::take(&mut taken.choices),
        snapshots: std::mem::take(&mut taken.snapshots),
        verdict,
        is_stopped: taken.is_stopped,
    }
}

/// The state in which a run ended.
fn leaf(choices: &[Choice]) -> u64 {
    choices
        .last()
        .map_or(1, |last| last.key.rotate_left(1) ^ (last.chosen as u64 + 1))
}

/// All runs that lead to a state that no earlier one has led to; whether these were all.
fn walk(
    body: &Body,
    most: usize,
    is_recorded: bool,
    mut see: impl FnMut(&Ran) -> bool,
) -> (usize, bool) {
    let mut queue = VecDeque::from([Plan::default()]);
    let mut seen = HashSet::new();
    let mut runs = 0;

    while let Some(plan) = queue.pop_front() {
        if runs == most {
            return (runs, false);
        }
        runs += 1;
        let end = plan.end();
        let ran = one(body, plan.clone(), is_recorded);
        for (step, choice) in ran.choices.iter().enumerate().skip(end) {
            if !seen.insert(choice.key) {
                break;
            }
            queue.extend(plan.extended(step, choice));
        }
        if !see(&ran) {
            return (runs, false);
        }
    }

    (runs, true)
}

/// Describes in a few words the visible end of a run.
fn outcome(ran: &Ran) -> String {
    let seen = observed().join("; ");
    match &ran.verdict {
        None if seen.is_empty() => "it ends".to_owned(),
        None => seen,
        Some(verdict) if seen.is_empty() => format!("{}: {}", verdict.kind, verdict.what),
        Some(verdict) => format!("{seen} ({})", verdict.kind),
    }
}

fn outcomes(body: &Body) -> Value {
    let mut ways: HashMap<u64, BTreeMap<usize, u64>> = HashMap::new();
    let mut ends: HashMap<u64, String> = HashMap::new();
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    let mut first = None;
    let (runs, is_all) = walk(body, RUNS, false, |ran| {
        first = first.or(ran.choices.first().map(|choice| choice.key));
        for (step, choice) in ran.choices.iter().enumerate() {
            let next = ran
                .choices
                .get(step + 1)
                .map_or_else(|| leaf(&ran.choices), |next| next.key);
            ways.entry(choice.key)
                .or_default()
                .insert(choice.chosen, next);
        }
        let outcome = outcome(ran);
        *counted.entry(outcome.clone()).or_default() += 1;
        ends.insert(leaf(&ran.choices), outcome);
        true
    });
    if is_all && let Some(first) = first {
        counted = orders_to(first, &ways, &ends);
    }

    json!({"outcomes": counted, "is_all": is_all, "runs": runs})
}

/// In how many orders each outcome comes.
fn orders_to(
    first: u64,
    ways: &HashMap<u64, BTreeMap<usize, u64>>,
    ends: &HashMap<u64, String>,
) -> BTreeMap<String, u64> {
    let mut known: HashMap<u64, BTreeMap<String, u64>> = HashMap::new();
    let mut open = vec![first];

    while let Some(key) = open.last().copied() {
        if let Some(outcome) = ends.get(&key) {
            known.insert(key, BTreeMap::from([(outcome.clone(), 1)]));
            open.pop();
            continue;
        }
        let nexts: Vec<u64> = ways
            .get(&key)
            .into_iter()
            .flat_map(BTreeMap::values)
            .copied()
            .collect();
        let unknown: Vec<u64> = nexts
            .iter()
            .copied()
            .filter(|next| !known.contains_key(next))
            .collect();
        if !unknown.is_empty() {
            open.extend(unknown);
            continue;
        }
        let mut all: BTreeMap<String, u64> = BTreeMap::new();
        for (outcome, orders) in nexts.iter().flat_map(|next| &known[next]) {
            let sum = all.entry(outcome.clone()).or_default();
            *sum = sum.saturating_add(*orders);
        }
        known.insert(key, all);
        open.pop();
    }

    known.remove(&first).unwrap_or_default()
}

/// The graph of states: each is a number, and knows what can be done in it, and where that leads.
fn orders(body: &Body, search: usize) -> Value {
    let mut numbers: HashMap<u64, usize> = HashMap::new();
    let mut states: Vec<Value> = Vec::new();
    let mut number = |key: u64, states: &mut Vec<Value>| {
        *numbers.entry(key).or_insert_with(|| {
            states.push(Value::Null);
            states.len() - 1
        })
    };
    let mut edges: HashMap<(usize, usize), Value> = HashMap::new();
    let mut sources = Sources::default();
    let mut threads: Vec<String> = Vec::new();
    let mut objects: Vec<String> = Vec::new();
    let (runs, is_all) = walk(body, RUNS_TOLD, true, |ran| {
        let names = sources.names(&ran.run.objects);
        for thread in threads.len()..ran.run.threads.len() {
            threads.push(ran.run.name(thread));
        }
        if names.len() > objects.len() {
            objects.clone_from(&names);
        }
        for (step, choice) in ran.choices.iter().enumerate() {
            let at = number(choice.key, &mut states);
            let next = ran
                .choices
                .get(step + 1)
                .map_or_else(|| leaf(&ran.choices), |next| next.key);
            let next = number(next, &mut states);
            if states[at].is_null() {
                states[at] = told(&ran.snapshots[step], &names, &mut sources);
            }
            edges.entry((at, choice.chosen)).or_insert_with(|| {
                let done = story::steps(&ran.run, &names, &mut sources, step + 1);
                json!({"to": next, "done": done})
            });
        }
        let end = number(leaf(&ran.choices), &mut states);
        if states[end].is_null() {
            let verdict = ran.verdict.as_ref();
            let (kind, what) = verdict.map_or((Kind::Solved, String::new()), |verdict| {
                (verdict.kind, verdict.what.clone())
            });
            let values: Vec<String> = (0..ran.run.objects.len())
                .map(|object| ran.run.shown(object))
                .collect();
            states[end] = json!({
                "end": kind.name(),
                "what": what,
                "seen": outcome(ran),
                "state": values,
                "seed": of_search(Plan::that_chose(&ran.choices).seed(), search),
            });
        }
        states.len() < STATES
    });

    let mut ways: Vec<BTreeMap<String, Value>> = vec![BTreeMap::new(); states.len()];
    for ((at, option), edge) in edges {
        ways[at].insert(option.to_string(), edge);
    }

    json!({
        "threads": threads, "objects": objects, "states": states, "ways": ways,
        "is_all": is_all, "runs": runs,
    })
}

/// Returns the choices in a state, and why the other threads cannot go on.
fn told(snapshot: &Snapshot, names: &[String], sources: &mut Sources) -> Value {
    let threads: Vec<Value> = snapshot
        .threads
        .iter()
        .map(|told| {
            let place = told.at.as_ref().and_then(|at| sources.of(at));
            let name = told.object.and_then(|object| names.get(object));
            json!({
                "option": told.option,
                "can": told.can,
                "next": told.next.replace("{}", name.map_or("it", String::as_str)),
                "line": place.as_ref().map(|place| place.line),
                "text": place.map(|place| place.text),
            })
        })
        .collect();
    json!({"threads": threads, "state": snapshot.state})
}

/// Reads a plan: a list of options, or a seed, `seed 14002`.
fn planned(plan: &str) -> Plan {
    if let Some(seed) = plan.strip_prefix("seed ") {
        Plan::from_seed(seed).unwrap_or_default()
    } else {
        let options = plan.split(',').filter_map(|option| option.parse().ok());
        Plan::exact(options.collect())
    }
}

/// The steps of this plan, and what can be done then.
fn steps(body: &Body, plan: &str, search: usize) -> Value {
    let mut ran = one(body, planned(plan), true);
    let mut sources = Sources::default();
    let names = sources.names(&ran.run.objects);
    let options: Vec<usize> = ran.choices.iter().map(|choice| choice.chosen).collect();
    let seed = of_search(Plan::that_chose(&ran.choices).seed(), search);
    let now = if ran.is_stopped {
        ran.snapshots.pop()
    } else {
        None
    };
    let now = now.map(|snapshot| told(&snapshot, &names, &mut sources));
    let schedule = story::schedule(&ran.run, seed.clone());
    let threads: Vec<String> = (0..ran.run.threads.len())
        .map(|thread| ran.run.name(thread))
        .collect();
    let verdict = match (ran.is_stopped, ran.verdict) {
        (true, _) => Value::Null,
        (false, Some(mut verdict)) => {
            if [Kind::Deadlock, Kind::LeftThread].contains(&verdict.kind) {
                verdict.details = story::who_waits(&ran.run);
            }
            verdict.to_json()
        }
        (false, None) => Verdict::new(Kind::Solved, "in this order of steps").to_json(),
    };

    json!({
        "options": options, "seed": seed, "now": now, "threads": threads, "objects": names,
        "schedule": schedule.to_json(), "verdict": verdict,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::SeqCst;

    use judge::expect;

    use super::super::sync::atomic::AtomicU32;
    use super::super::sync::{Mutex as Lock, thread};
    use super::*;

    /// Two threads add one each, by reading and then writing.
    fn lost_update() -> Body {
        Arc::new(|| {
            let number = AtomicU32::new(0);
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        let seen = number.load(SeqCst);
                        number.store(seen + 1, SeqCst);
                    });
                }
            });
            expect(Kind::LostUpdate, "two additions", &number.load(SeqCst), &2);
        })
    }

    /// Two threads lock two locks in opposite orders.
    fn deadlock() -> Body {
        Arc::new(|| {
            let locks = [Lock::new(1), Lock::new(2)];
            thread::scope(|scope| {
                for [first, second] in [[0, 1], [1, 0]] {
                    let locks = &locks;
                    scope.spawn(move || {
                        let _first = locks[first].lock();
                        let _second = locks[second].lock();
                    });
                }
            });
        })
    }

    #[test]
    fn outcomes_are_counted_in_orders() {
        let told = outcomes(&lost_update());
        assert_eq!(told["is_all"], true);
        assert_eq!(told["outcomes"], json!({"1 (lost update)": 4, "2": 2}));
    }

    #[test]
    fn each_end_of_the_graph_is_what_the_judge_says_of_its_order() {
        for body in [lost_update(), deadlock()] {
            let told = orders(&body, 0);
            let states = told["states"].as_array().unwrap();
            let ends: Vec<&Value> = states
                .iter()
                .filter(|state| !state["end"].is_null())
                .collect();
            assert!(ends.len() > 1, "{told}");
            for end in ends {
                let plan = Plan::from_seed(end["seed"].as_str().unwrap()).unwrap();
                let verdict = one(&body, plan, false).verdict;
                let kind = verdict.map_or(Kind::Solved, |verdict| verdict.kind);
                assert_eq!(end["end"], kind.name());
            }
        }
    }

    #[test]
    fn a_plan_is_followed_and_then_there_is_a_choice() {
        let told = steps(&lost_update(), "2,1", 0);
        assert_eq!(told["options"], json!([2, 1]));
        assert_eq!(
            told["now"]["threads"].as_array().unwrap().len(),
            3,
            "{told}"
        );
        assert!(told["verdict"].is_null());
    }
}
