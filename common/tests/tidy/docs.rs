//! Pages: their quotes, links, demos and tone.

use crate::tree::{chapter_text, chapters, pages, quoted_after, read, root, source_of};

/// Each fenced block of a page: the info string, the text inside, and the paragraph before it.
pub fn blocks(page: &str) -> Vec<(String, String, String)> {
    let mut blocks = Vec::new();
    let mut paragraph = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.trim_start().strip_prefix("```") {
            let inside: Vec<&str> = lines
                .by_ref()
                .take_while(|line| !line.trim_start().starts_with("```"))
                .collect();
            blocks.push((
                info.to_owned(),
                inside.join("\n"),
                std::mem::take(&mut paragraph),
            ));
        } else if !line.trim().is_empty() {
            if paragraph.ends_with("\n\n") {
                paragraph.clear();
            }
            paragraph.push_str(line);
            paragraph.push('\n');
        } else if !paragraph.is_empty() && !paragraph.ends_with("\n\n") {
            paragraph.push('\n');
        }
    }
    blocks
}

/// Where a Markdown link leads, for every `](target)` in the text that is not inside a code block.
pub fn links(page: &str) -> Vec<String> {
    let mut inside = false;
    let prose = page.lines().filter(|line| {
        inside ^= line.trim_start().starts_with("```");
        !inside
    });
    let prose: Vec<&str> = prose.collect();
    let prose = prose.join("\n");
    let targets = prose
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    targets.map(str::to_owned).collect()
}

/// A text without the indentation that all of its lines share.
fn dedented(text: &str) -> String {
    let filled = || text.lines().filter(|line| !line.trim().is_empty());
    let shared = filled()
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.get(shared..).unwrap_or(""))
        .collect();
    lines.join("\n")
}

#[test]
fn quoted_code_is_what_the_source_says() {
    let mut quoted = 0;
    for page in pages() {
        for (info, code, before) in blocks(&read(&page)) {
            if !info.starts_with("rust,ignore") {
                continue;
            }
            quoted += 1;
            let source = links(&before)
                .into_iter()
                .rfind(|target| target.contains(".rs"));
            let source = source.unwrap_or_else(|| {
                panic!(
                    "{}: quoted code needs a link to its file in the paragraph above:\n{code}",
                    page.display()
                )
            });
            let file = page.parent().expect("a file lies somewhere").join(source);
            let text = read(&file);
            let lines: Vec<&str> = text.lines().collect();
            let length = code.lines().count();
            let found = lines
                .windows(length)
                .any(|window| dedented(&window.join("\n")) == dedented(&code));
            assert!(
                found,
                "{}: not to be found in {}:\n{code}",
                page.display(),
                file.display()
            );
        }
    }
    assert!(quoted > 0, "the chapters quote no code at all");
}

#[test]
fn links_lead_somewhere() {
    // Its links are those of the pages that repeat it.
    for page in pages()
        .into_iter()
        .filter(|page| !page.ends_with("questions.md"))
    {
        for target in links(&read(&page)) {
            if target.starts_with("http") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let file = if path.is_empty() {
                page.clone()
            } else {
                page.parent().expect("a folder").join(path)
            };
            assert!(
                file.exists(),
                "{}: the link to {target} leads nowhere",
                page.display()
            );
            if !anchor.is_empty() && file.extension().is_some_and(|extension| extension == "md") {
                let found = read(&file)
                    .lines()
                    .filter(|line| line.starts_with('#'))
                    .any(|line| slug(line) == anchor);
                assert!(
                    found,
                    "{}: {} has no heading #{anchor}",
                    page.display(),
                    file.display()
                );
            }
        }
    }
}

/// The anchor that code hosts give a heading.
pub fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn every_demo_is_in_its_chapter_and_the_other_way_round() {
    for chapter in chapters() {
        let source = source_of(&chapter);
        let mut page = chapter_text(&chapter);
        if chapter == "04-pools" {
            // Its tools compare all chapters, and have one of their own.
            page += &chapter_text("05-choosing");
        }
        let demos: Vec<&str> = quoted_after(&source, "Demo::new(").collect();
        assert!(!demos.is_empty(), "lesson-{chapter} has no demos");
        let shown = commands(&page, &format!("lesson-{chapter}"));
        for demo in &demos {
            let command = format!("cargo run -p lesson-{chapter} -- {demo}");
            assert!(
                shown.contains(&(*demo).to_owned()),
                "docs/{chapter}.md does not show `{command}`"
            );
        }
        for name in shown {
            let known = demos.contains(&name.as_str())
                || ["list", "all", "check", "hint", "reset", "quiz"].contains(&name.as_str());
            assert!(
                known,
                "docs/{chapter}.md shows the demo `{name}`, which lesson-{chapter} does not have"
            );
        }
    }
}

#[test]
fn every_demo_that_any_page_names_is_there() {
    for chapter in chapters() {
        let source = source_of(&chapter);
        let demos: Vec<&str> = quoted_after(&source, "Demo::new(").collect();
        for page in pages() {
            for name in commands(&read(&page), &format!("lesson-{chapter}")) {
                let known = demos.contains(&name.as_str())
                    || ["list", "all", "check", "hint", "reset", "quiz"].contains(&name.as_str());
                assert!(
                    known,
                    "{} shows `{name}`, which lesson-{chapter} does not have",
                    page.display()
                );
            }
        }
    }
}

/// The demos that a page's commands name: the first word after `--` that is no option.
fn commands(page: &str, package: &str) -> Vec<String> {
    let start = format!("-p {package} ");
    let named = page.split(&start).skip(1).filter_map(|rest| {
        let features = rest
            .strip_prefix("--features ")
            .and_then(|rest| rest.split_once(' '));
        let rest = features
            .map_or(rest, |(_, rest)| rest)
            .strip_prefix("-- ")?;
        let first = rest
            .split(|c: char| c.is_whitespace() || c == '`' || c == '|')
            .next()?;
        (!first.starts_with('-') && first.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
            .then_some(first)
    });
    named.map(str::to_owned).collect()
}

#[test]
fn the_prose_keeps_its_tone() {
    // That page quotes, word for word.
    for page in pages()
        .into_iter()
        .filter(|page| !page.ends_with("notebook.md"))
    {
        let text = read(&page);
        let mut inside = false;
        for (number, line) in text.lines().enumerate() {
            inside ^= line.trim_start().starts_with("```");
            // A row that quotes the notebook, with its verdict.
            let quoted = line.starts_with('|') && line.contains("**");
            // After a digit it is a factorial, before a bracket a picture; `println!` stands in backticks.
            let exclaims = line.split('`').step_by(2).any(|prose| {
                prose
                    .char_indices()
                    .any(|(at, c)| c == '!' && prose[..at].ends_with(char::is_alphabetic))
            });
            let shouting = !inside && !quoted && exclaims;
            assert!(
                !shouting,
                "{}:{}: no exclamation marks in prose: {line}",
                page.display(),
                number + 1
            );
        }
    }
}

/// Statements that once stood here and were wrong, half true or unsupported.
const WRONG: [&str; 30] = [
    "a judge that a wrong answer does not get past",
    "a pool reuses its threads",
    "all that the language allows",
    "what the language allows",
    "All of rayon is made of one function",
    "an error is a value that you cannot forget",
    "as long as no two tasks sleep",
    "be picklable",
    "cannot be overlooked",
    "do not use threads to compute",
    "every receiver, every message",
    "HTTP has no word for cancelling",
    "handed to process 1, which waits",
    "If a fault goes away when you log",
    "is about each byte",
    "no process was made",
    "no thread as a sign",
    "or `SeqCst`. Both are right",
    "proves that the fixed ways lose nothing",
    "runs Python code at a moment",
    "says so in its type",
    "tasks of that thread",
    "Tasks have no names",
    "that will look at what the job left half done",
    "the connection included",
    "there is no other way",
    "without counting cores",
    "would wait for work that only it could do",
    "You never write them",
    "does not serve more clients",
];

#[test]
fn no_page_says_again_what_was_wrong() {
    // Python in 2026 qualifies it.
    for page in pages()
        .into_iter()
        .filter(|page| !page.ends_with("python-in-2026.md"))
    {
        let text: Vec<String> = read(&page).split_whitespace().map(str::to_owned).collect();
        let text = text.join(" ");
        for phrase in WRONG {
            assert!(
                !text.contains(phrase),
                "{}: this was found wrong: {phrase}",
                page.display()
            );
        }
    }
}

/// The files whose documentation tests compile and run what pages show.
#[test]
fn programs_on_pages_are_run() {
    let sources: String = chapters()
        .iter()
        .map(|chapter| source_of(chapter))
        .collect();
    for page in pages() {
        let programs = blocks(&read(&page)).into_iter().filter(|(info, ..)| {
            info == "rust" || info.starts_with("rust,") && !info.starts_with("rust,ignore")
        });
        if programs.count() > 0 {
            let below = page
                .strip_prefix(root())
                .expect("it lies there")
                .display()
                .to_string();
            assert!(
                sources.contains(&format!("include_str!(\"../../{below}\")")),
                "no lesson's lib.rs runs the programs of {below}"
            );
        }
    }
}

/// Words of prose on a page of a chapter, and on any page.
const LONGEST_PAGE: [usize; 2] = [2500, 4000];

#[test]
fn a_page_is_read_in_one_sitting() {
    // The questions stand on their pages; the file that holds them all is data.
    for page in pages()
        .into_iter()
        .filter(|page| !page.ends_with("questions.md"))
    {
        let text = read(&page);
        let mut inside = false;
        let prose = text.lines().filter(|line| {
            inside ^= line.starts_with("```");
            !inside
        });
        let words: usize = prose.map(|line| line.split_whitespace().count()).sum();
        let of_chapter = page
            .parent()
            .is_some_and(|folder| !folder.ends_with("docs"));
        let longest = LONGEST_PAGE[usize::from(!of_chapter)];
        assert!(
            words <= longest,
            "{} has {words} words: cut it",
            page.display()
        );
    }
}

#[test]
fn the_site_has_every_page() {
    let summary = read(&root().join("docs/SUMMARY.md"));
    let listed = links(&summary);
    for page in pages() {
        let Ok(below) = page.strip_prefix(root().join("docs")) else {
            continue;
        };
        let below = below.to_string_lossy().into_owned();
        let known = below == "SUMMARY.md" || listed.contains(&below);
        assert!(known, "docs/SUMMARY.md does not list {below}");
    }
}

/// An exercise is one page from its demo: the demo's own page links it.
#[test]
fn exercises_stand_on_the_pages_of_their_demos() {
    for chapter in chapters() {
        let exercises = root().join(format!("lesson-{chapter}/checks"));
        for file in crate::tree::entries(&exercises) {
            let name = file
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if !name.starts_with(|c: char| c.is_ascii_digit()) {
                continue;
            }
            let on_a_demo = crate::tree::chapter_pages(&chapter).iter().any(|page| {
                let text = read(page);
                let link = format!("exercises/{name}.rs)");
                !page.ends_with("exercises.md")
                    && text.contains(&link)
                    && text.contains("$ cargo run")
            });
            assert!(
                on_a_demo,
                "no page with a demo links lesson-{chapter}/exercises/{name}.rs"
            );
        }
    }
}

/// Nothing was measured with it, and each page that speaks of it says so.
#[test]
fn python_3_14_is_not_measured() {
    let says_so = |text: &str| {
        text.split_whitespace()
            .collect::<Vec<&str>>()
            .join(" ")
            .contains("not measured")
            || text.contains("Nothing on this page was\nmeasured here with 3.14")
    };
    for page in pages() {
        let text = read(&page);
        assert!(
            !text.contains("3.14") || says_so(&text),
            "{}: was 3.14 measured?",
            page.display()
        );
    }
}

/// A line that is set in belongs to a point of a list: one that stands elsewhere has lost it.
#[test]
fn what_is_set_in_belongs_to_a_point_of_a_list() {
    let is_point = |line: &str| {
        let text = line.trim_start();
        let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
        text.starts_with("- ") || (number.len() < text.len() && number.starts_with(". "))
    };
    for file in pages() {
        let mut fence = false;
        let mut point = false;
        for (number, line) in read(&file).lines().enumerate() {
            let fenced = line.trim_start().starts_with("```");
            if line.starts_with("  ") && (!fence || fenced) {
                let place = format!("{}:{}", file.display(), number + 1);
                assert!(point || is_point(line), "{place} is set in below no point");
            } else if !fence && !line.trim().is_empty() {
                point = is_point(line);
            }
            fence ^= fenced;
        }
    }
}
