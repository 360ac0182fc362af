//! `check --outcomes`, `--drive` and `--orders`: what a check is asked besides its verdict, and how the answer is shown.

use std::fs;
use std::io::BufRead;
use std::path::Path;
use std::process::Command;

use common::exercises::asked::Wish;
use common::output::{complain, line, say};
use drawing::timeline::{self, Glyphs};
use serde_json::Value;

use crate::judge::{EXPLORE, ask};
use crate::schedule::Schedule;
use crate::table;
use crate::verdict::{Kind, Verdict};

/// The exercise that is asked about.
pub(super) struct About<'a> {
    pub(super) package: &'a str,
    pub(super) exercise: &'a str,
    /// The answer's text.
    pub(super) source: String,
    /// Makes the command that runs its check.
    pub(super) command: &'a dyn Fn() -> Command,
    /// The judge's finding.
    pub(super) verdict: &'a Verdict,
}

impl About<'_> {
    /// Which of the check's searches has failed, or else its first.
    fn search(&self) -> usize {
        self.verdict
            .schedule
            .as_ref()
            .map_or(0, |schedule| schedule.search)
    }

    fn ask(&self, wish: &str) -> Option<Value> {
        let mut command = (self.command)();
        command.env(EXPLORE, wish);
        ask(&mut command)
    }

    /// Grants the wish; whether it could.
    pub(super) fn grant(&self, wish: &Wish) -> bool {
        let granted = match wish {
            Wish::Outcomes => self.outcomes().map(|()| true),
            Wish::Drive => self.drive(&mut std::io::stdin().lock()).map(|()| true),
            Wish::Orders(file) => self.orders(file),
        };
        if granted.is_none() {
            complain(&format!(
                "{}: the check of {} gave no answer",
                self.package, self.exercise
            ));
        }

        granted.unwrap_or(false)
    }

    fn outcomes(&self) -> Option<()> {
        let told = self.ask(&format!("outcomes {}", self.search()))?;
        let outcomes = told["outcomes"].as_object()?;
        let all: u64 = outcomes
            .values()
            .filter_map(Value::as_u64)
            .fold(0, u64::saturating_add);
        let head = if told["is_all"].as_bool()? {
            format!("outcomes in all {all} orders of its steps:")
        } else {
            format!("outcomes in {all} orders of its steps; there are more:")
        };

        line(&head);
        line("");

        let mut rows: Vec<(&String, u64)> = outcomes
            .iter()
            .filter_map(|(outcome, orders)| Some((outcome, orders.as_u64()?)))
            .collect();

        rows.sort_by_key(|(outcome, orders)| (std::cmp::Reverse(*orders), outcome.as_str()));
        line("     orders  outcome");
        line("     ------  -------");

        for (outcome, orders) in rows {
            let mut parts =
                table::wrapped(outcome, timeline::width().saturating_sub(13), 2).into_iter();
            line(&format!(
                "{orders:>11}  {}",
                parts.next().unwrap_or_default()
            ));
            parts.for_each(|part| line(&format!("             {part}")));
        }

        Some(())
    }

    /// Writes the page. Returns whether it could; `None` is that the check gave no answer.
    fn orders(&self, file: &Path) -> Option<bool> {
        let mut told = self.ask(&format!("orders {}", self.search()))?;
        told["title"] = format!("{}: {}", self.package, self.exercise).into();
        told["again"] = format!("cargo run -p {} -- check {}", self.package, self.exercise).into();
        told["source"] = self.source.lines().map(Value::from).collect();

        let states = told["states"].as_array()?.len();
        // Nothing in it may end the script.
        let data = told.to_string().replace('<', "\\u003c");
        let page = include_str!("orders.html").replace("/*DATA*/null", &data);
        if let Err(why) = fs::write(file, page) {
            complain(&format!(
                "{}: cannot write {}: {why}",
                self.package,
                file.display()
            ));
            return Some(false);
        }

        let how = if told["is_all"].as_bool()? {
            "all orders"
        } else {
            "the orders that were tried; there are more"
        };
        say(&format!(
            "\nwritten: {}, {how}, in {states} states",
            file.display()
        ));

        Some(true)
    }

    /// Has the learner decide which thread makes the next step.
    fn drive(&self, from: &mut dyn BufRead) -> Option<()> {
        let search = self.search();
        let fault: Option<Vec<usize>> = match &self.verdict.schedule {
            Some(schedule) if !schedule.seed.is_empty() => {
                let told = self.ask(&format!("plan {search} seed {}", schedule.seed))?;
                Some(options(&told["options"]))
            }
            _ => None,
        };
        let mut path: Vec<usize> = Vec::new();
        line(&format!("you are the scheduler of {}", self.exercise));

        loop {
            let chosen: Vec<String> = path.iter().map(ToString::to_string).collect();
            let told = self.ask(&format!("plan {search} {}", chosen.join(",")))?;
            let schedule = Schedule::from_json(&told["schedule"])?;
            line("");
            if !schedule.steps.is_empty() {
                line(&Glyphs::wanted().plain(&table::draw(&schedule, timeline::width())));
            }
            let seed = told["seed"].as_str().unwrap_or_default().to_owned();
            let mut ways: Vec<usize> = Vec::new();
            if let Some(verdict) = Verdict::from_json(&told["verdict"]) {
                line("");
                line(&verdict.shown(self.exercise, timeline::width()));
                line(&format!(
                    "this order again: cargo run -p {} -- check {} --seed {seed}",
                    self.package, self.exercise
                ));
            } else {
                ways = Self::show_choice(&told);
            }
            let fault_key = if fault.is_some() {
                ", f to the fault"
            } else {
                ""
            };
            let number = if ways.is_empty() {
                String::new()
            } else {
                format!("1 to {}, ", ways.len())
            };
            line(&format!("{number}b a step back{fault_key}, q ends"));
            let mut said = String::new();
            if from.read_line(&mut said).ok()? == 0 {
                return Some(());
            }
            match (said.trim(), &fault) {
                ("q", _) => {
                    line(&format!("the seed of this path: {seed}"));
                    return Some(());
                }
                ("b", _) => drop(path.pop()),
                ("f", Some(fault)) => path.clone_from(fault),
                (number, _) => match number.parse::<usize>() {
                    Ok(number) if (1..=ways.len()).contains(&number) => path.push(ways[number - 1]),
                    _ => line(&format!("'{number}' is none of these")),
                },
            }
        }
    }

    /// Shows the threads that can go on, and why the others cannot; the options in the order of their numbers.
    fn show_choice(told: &Value) -> Vec<usize> {
        let (now, names) = (&told["now"], &told["threads"]);
        let objects = told["objects"].as_array().cloned().unwrap_or_default();
        let states = now["state"].as_array().cloned().unwrap_or_default();
        let state: Vec<String> = objects
            .iter()
            .zip(&states)
            .map(|(object, state)| {
                format!(
                    "{} = {}",
                    object.as_str().unwrap_or_default(),
                    state.as_str().unwrap_or_default()
                )
            })
            .collect();

        if !state.is_empty() {
            line("");
            let lines = table::wrapped(
                &format!("  now: {}", state.join("; ")),
                timeline::width(),
                7,
            );
            for text in lines {
                line(&Glyphs::wanted().plain(&text));
            }
        }

        line("");
        let mut ways = Vec::new();

        for thread in now["threads"].as_array().into_iter().flatten() {
            let option = thread["option"]
                .as_u64()
                .and_then(|option| usize::try_from(option).ok());
            let Some(option) = option else { continue };
            let name = names[option % 50].as_str().unwrap_or("main");
            let place = match (thread["line"].as_u64(), thread["text"].as_str()) {
                (Some(number), Some(text)) => format!("line {number}: {text}"),
                _ => "in the check".to_owned(),
            };
            let next = thread["next"].as_str().unwrap_or_default();
            let row = if thread["can"] == true {
                ways.push(option);
                format!("  {}  {name}{next}  {place}", ways.len())
            } else {
                format!("  -  {name} {next}  ({place})")
            };
            line(&table::wrapped(&row, timeline::width(), 7).join("\n"));
        }

        ways
    }
}

fn options(told: &Value) -> Vec<usize> {
    let all = told
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64);
    all.filter_map(|option| usize::try_from(option).ok())
        .collect()
}

/// A check without orders has nothing to tell.
pub(super) fn has_orders(verdict: &Verdict) -> bool {
    ![Kind::DoesNotCompile, Kind::WentRound].contains(&verdict.kind)
}
