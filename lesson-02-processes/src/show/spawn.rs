//! The demo `spawn`.

use std::path::Path;

use common::{Demo, Failure, Outcome, Run, TempDir};
use serde_json::{Map, json};
use tracing::info;

use crate::spawn::{given, how_it_ends, missing};

const SCRIPTS: [(&str, &str); 3] = [
    ("success", "exit 0"),
    ("failure", "exit 3"),
    ("killed", "kill -9 $$"),
];

pub fn demo() -> Demo {
    Demo::new("spawn", "run other programs, and learn how they ended", run).in_turn()
}

fn run(_run: &Run) -> Result<Outcome, Failure> {
    let folder = TempDir::new("lesson-02-spawn")?;
    // The folder for temporary files may be a link; `pwd` says where it leads.
    let place = folder.path().canonicalize()?;

    let given = given(&place)?;
    let printed = String::from_utf8(given.stdout)?;
    let lines: Vec<&str> = printed.lines().collect();
    let [argument, variable, directory] = lines[..] else {
        return Err(Failure::Failed(format!(
            "three lines were expected: {lines:?}"
        )));
    };
    let in_its_folder = Path::new(directory) == place;
    let complaint = String::from_utf8(given.stderr)?;
    let complaint = complaint.trim_end();
    info!("it was given the argument \"{argument}\" and the variable \"{variable}\"");
    info!("it worked in its own folder: {in_its_folder}");
    info!("on standard error it said \"{complaint}\"");

    let mut ends = Map::new();
    for (name, script) in SCRIPTS {
        let exit = how_it_ends(name, script)?;
        info!("{name} {exit}");
        ends.insert(name.to_owned(), exit.to_string().into());
    }

    let missing = missing().map_or_else(
        |error| format!("{:?}", error.kind()),
        |_| "it is there".to_owned(),
    );
    info!("no-such-program cannot be started: {missing}");

    Ok(json!({
        "argument": argument,
        "variable": variable,
        "in_its_folder": in_its_folder,
        "standard_error": complaint,
        "ends": ends,
        "missing": missing,
    })
    .into())
}
