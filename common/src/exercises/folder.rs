//! Where a lesson's exercises lie, and what their files say.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use strsim::damerau_levenshtein;

/// The exercises of a lesson.
pub struct Folder {
    /// The workspace.
    pub root: PathBuf,
    /// The lesson's name.
    pub package: &'static str,
}

/// `NN_name`, as found in `checks/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exercise {
    /// `03_lost_update`.
    pub file: String,
}

/// The place of an exercise in the rising order of its lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grade {
    /// From 1, where one begins, to 3.
    pub level: u32,
    /// The time that it takes a reader of its page.
    pub minutes: u32,
}

impl Grade {
    /// Reads a brief's line `Level: 2 of 3, about 15 minutes`.
    fn of(brief: &str) -> Option<Grade> {
        let mut lines = brief.lines();
        let line = lines.find_map(|line| line.strip_prefix("//! Level:"))?;
        let (level, minutes) = line.split_once(" of 3, about ")?;

        Some(Grade {
            level: level.trim().parse().ok()?,
            minutes: minutes.strip_suffix(" minutes")?.parse().ok()?,
        })
    }
}

impl Exercise {
    /// Without its number: what progress is kept under.
    pub fn name(&self) -> &str {
        self.file
            .split_once('_')
            .map_or(&self.file, |(_, name)| name)
    }

    fn is(&self, given: &str) -> bool {
        // A verdict names the file: its path will do as well.
        let given = given
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .trim_end_matches(".rs")
            .replace('-', "_");
        let number = self.file.split('_').next().unwrap_or_default();
        given == self.file
            || given == self.name()
            || given == number
            || given == number.trim_start_matches('0')
    }
}

/// A test that Cargo builds.
pub struct Target {
    /// Its package.
    pub package: String,
    /// Its name there.
    pub test: String,
    /// The feature that it needs.
    pub feature: Option<&'static str>,
}

impl Folder {
    /// Looks for the lesson upwards from the current folder; else where Cargo says; else where it was built.
    pub fn find(package: &'static str) -> Folder {
        let here = env::current_dir().unwrap_or_default();
        let built = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .unwrap_or(Path::new("."));
        let run_by_cargo = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let candidates = here.ancestors().map(Path::to_owned).chain(
            run_by_cargo
                .iter()
                .flat_map(|folder| folder.ancestors().skip(1).take(1).map(Path::to_owned)),
        );
        let has_lesson = |root: &PathBuf| root.join(package).join("Cargo.toml").is_file();
        let root = candidates
            .into_iter()
            .find(has_lesson)
            .unwrap_or_else(|| built.to_owned());

        Folder { root, package }
    }

    /// Returns the lesson's own folder.
    pub fn lesson(&self) -> PathBuf {
        self.root.join(self.package)
    }

    /// Returns the exercises in rising order: by level, minutes and number.
    pub fn exercises(&self) -> Vec<Exercise> {
        let Ok(entries) = fs::read_dir(self.lesson().join("checks")) else {
            return Vec::new();
        };

        let mut exercises: Vec<Exercise> = entries
            .flatten()
            .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".rs")?.to_owned()))
            .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()))
            .map(|file| Exercise { file })
            .collect();

        exercises.sort_by_cached_key(|exercise| (self.grade(exercise), exercise.file.clone()));
        exercises
    }

    /// Returns the exercise's file in a folder of the lesson.
    pub fn file(&self, folder: &str, exercise: &Exercise) -> PathBuf {
        self.lesson()
            .join(folder)
            .join(format!("{}.rs", exercise.file))
    }

    /// Returns the exercise that is meant.
    ///
    /// # Errors
    /// With what to say, where none is.
    pub fn named(&self, given: &str) -> Result<Exercise, String> {
        let exercises = self.exercises();
        if let Some(exercise) = exercises.iter().find(|exercise| exercise.is(given)) {
            return Ok(exercise.clone());
        }

        let start = given.replace('-', "_");
        let mut alike = exercises.iter().filter(|exercise| {
            let names = [exercise.file.as_str(), exercise.name()];
            start.len() > 1 && names.iter().any(|name| name.starts_with(&start))
        });
        if let (Some(only), None) = (alike.next(), alike.next()) {
            return Ok(only.clone());
        }

        let near = |exercise: &&Exercise| {
            let known = [exercise.file.as_str(), exercise.name()];
            known
                .iter()
                .map(|name| damerau_levenshtein(name, given))
                .min()
                .unwrap_or(usize::MAX)
        };

        if let Some(nearest) = exercises
            .iter()
            .min_by_key(near)
            .filter(|exercise| near(exercise) <= 3)
        {
            return Err(format!(
                "no exercise '{given}'; did you mean '{}'?",
                nearest.file
            ));
        }

        let names: Vec<&str> = exercises
            .iter()
            .map(|exercise| exercise.file.as_str())
            .collect();

        Err(format!(
            "no exercise '{given}'; there are: {}",
            names.join(", ")
        ))
    }

    /// The course's own files that judge, with their sizes and dates.
    pub fn state(&self) -> BTreeMap<PathBuf, (u64, Option<SystemTime>)> {
        let mut state = BTreeMap::new();
        let mut open: Vec<PathBuf> = ["checks", "solutions", "wrong", "tests"]
            .map(|folder| self.lesson().join(folder))
            .into();
        open.push(self.root.join("common/judge/src"));
        open.push(self.root.join("common/interleave/src"));

        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let Ok(about) = entry.metadata() else {
                    continue;
                };
                if about.is_dir() {
                    open.push(entry.path());
                } else {
                    state.insert(entry.path(), (about.len(), about.modified().ok()));
                }
            }
        }

        state
    }

    /// A file that is not as it was.
    pub fn changed_since(
        &self,
        before: &BTreeMap<PathBuf, (u64, Option<SystemTime>)>,
    ) -> Option<String> {
        let now = self.state();
        let files = before.keys().chain(now.keys());
        let changed = files
            .into_iter()
            .find(|file| before.get(*file) != now.get(*file))?;

        Some(
            changed
                .strip_prefix(&self.root)
                .unwrap_or(changed)
                .display()
                .to_string(),
        )
    }

    /// The check tries orders of steps: there is one to draw, or to follow again.
    pub fn has_orders(&self, exercise: &Exercise) -> bool {
        fs::read_to_string(self.file("checks", exercise))
            .is_ok_and(|text| text.contains("every_schedule("))
    }

    /// Returns the first line of the exercise's head comment: its title.
    pub fn title(&self, exercise: &Exercise) -> String {
        let line = self.title_line(exercise).unwrap_or_default();
        let title = line.trim_start_matches("//! ");
        title.trim_end_matches('.').to_owned()
    }

    fn title_line(&self, exercise: &Exercise) -> Option<String> {
        let text = fs::read_to_string(self.file("solutions", exercise)).ok()?;
        let mut lines = text.lines();
        lines
            .find(|line| line.starts_with("//! "))
            .map(str::to_owned)
    }

    /// Returns the exercise's file as it was given: the wrong answer `as_given`, behind what is said of it as an answer.
    ///
    /// Neither git nor the learner's own file can tell: the learner may have committed, or have no repository.
    pub fn given(&self, exercise: &Exercise) -> Option<String> {
        let wrong = self.lesson().join("wrong").join(&exercise.file);
        let text = fs::read_to_string(wrong.join("as_given.rs")).ok()?;
        let head = format!("\n{}", self.title_line(exercise)?);

        let start = text.find(&head)? + 1;
        Some(text[start..].to_owned())
    }

    /// Returns the level and the minutes that the exercise's brief says.
    pub fn grade(&self, exercise: &Exercise) -> Option<Grade> {
        Grade::of(&self.given(exercise)?)
    }

    /// The hints in the head of the solution: each begins with `//? ` and goes on with `//?   `.
    pub fn hints(&self, exercise: &Exercise) -> Vec<String> {
        let text = fs::read_to_string(self.file("solutions", exercise)).unwrap_or_default();
        let mut hints: Vec<String> = Vec::new();

        for line in text.lines().filter_map(|line| line.strip_prefix("//?")) {
            match hints.last_mut() {
                Some(hint) if line.starts_with("   ") => {
                    hint.push(' ');
                    hint.push_str(line.trim());
                }
                _ => hints.push(line.trim().to_owned()),
            }
        }

        hints
    }

    /// Returns the test that judges the learner's file, alone.
    pub fn check(&self, exercise: &Exercise) -> Target {
        let check = fs::read_to_string(self.file("checks", exercise)).unwrap_or_default();

        Target {
            package: format!("{}-checks", self.package),
            test: exercise.file.clone(),
            feature: check.contains("loom::").then_some("loom"),
        }
    }

    /// Returns the test that judges the model answer as well, `exercises` in most lessons.
    pub fn test_of_answers(&self, exercise: &Exercise) -> Option<Target> {
        let check = format!("\"checks/{}.rs\"", exercise.file);
        let test_in = |folder: &str, package: &str| {
            let tests = fs::read_dir(self.lesson().join(folder)).ok()?.flatten();
            let mut judging = tests.filter(|test| {
                fs::read_to_string(test.path()).is_ok_and(|text| text.contains(&check))
            });
            let test = judging
                .find_map(|test| Some(test.file_name().to_str()?.strip_suffix(".rs")?.to_owned()));

            Some(Target {
                package: package.to_owned(),
                test: test?,
                feature: None,
            })
        };

        test_in("checks", &format!("{}-checks", self.package))
            .or_else(|| test_in("tests", self.package))
    }

    /// The file is untouched: its code is what was given.
    pub fn is_as_given(&self, exercise: &Exercise) -> bool {
        let now = fs::read_to_string(self.file("exercises", exercise)).ok();
        now.zip(self.given(exercise))
            .is_some_and(|(now, given)| code_of(&now) == code_of(&given))
    }
}

/// A file without its comments, blank lines and indentation.
pub fn code_of(text: &str) -> String {
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}
