//! The pieces of Rust that the chapters show: each is explained on `docs/rust-you-need.md`, and each chapter links that
//! explanation no later than in the section that shows the piece first.

use crate::docs::{blocks, slug};
use crate::tree::{chapter_text, chapters, read, root};

/// A piece of Rust as it stands in code, and the heading of `docs/rust-you-need.md` that explains it.
const CONSTRUCTS: [(&str, &str); 36] = [
    ("println!", "the-rust-that-you-need"),
    ("vec![", "the-rust-that-you-need"),
    (".clone()", "values-move"),
    ("drop(", "values-move"),
    ("&mut ", "borrowing--and-mut"),
    ("&[", "borrowing--and-mut"),
    ("chunks_mut(", "borrowing--and-mut"),
    ("&str", "borrowing--and-mut"),
    ("move |", "closures"),
    ("|| ", "closures"),
    ("'static", "static"),
    ("'_", "static"),
    ("Option<", "option-match-let--else"),
    ("Some(", "option-match-let--else"),
    ("match ", "option-match-let--else"),
    ("else {\n", "option-match-let--else"),
    ("while let ", "option-match-let--else"),
    ("if let ", "option-match-let--else"),
    ("?;", "result--expect"),
    ("Result<", "result--expect"),
    (".expect(", "result--expect"),
    (".unwrap()", "result--expect"),
    ("map_err(", "result--expect"),
    (".into()", "result--expect"),
    ("derive(", "structs-traits-generics-derive"),
    ("&self", "structs-traits-generics-derive"),
    ("::<", "structs-traits-generics-derive"),
    ("impl Fn", "structs-traits-generics-derive"),
    ("dyn Fn", "structs-traits-generics-derive"),
    ("Box<dyn", "structs-traits-generics-derive"),
    (".collect()", "iterators"),
    (".enumerate()", "iterators"),
    ("Arc::clone(", "sharing-arc-send-sync"),
    ("let _", "names-that-begin-with-_"),
    ("async ", "async-and-await"),
    ("unsafe ", "unsafe"),
];

#[test]
fn each_construct_is_explained() {
    let page = read(&root().join("docs/rust-you-need.md"));
    let headings: Vec<String> = page
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(slug)
        .collect();
    for (construct, heading) in CONSTRUCTS {
        assert!(
            headings.contains(&heading.to_owned()),
            "no heading #{heading} explains `{construct}`: {headings:?}"
        );
    }
    let words = page.split_whitespace().count();
    assert!(
        words <= 2500,
        "{words} words: one page of half an hour has 2,500 at most"
    );
}

#[test]
fn a_chapter_links_what_it_shows_no_later_than_it_shows_it() {
    let mut missing = Vec::new();
    for chapter in chapters() {
        let page = chapter_text(&chapter);
        let mut before = String::new();
        let mut shown: Vec<&str> = Vec::new();
        for section in page.split_inclusive("\n# ") {
            before.push_str(section);
            for (info, code, _) in blocks(section) {
                if !info.starts_with("rust") {
                    continue;
                }
                for (construct, heading) in CONSTRUCTS {
                    if !code.contains(construct) || shown.contains(&construct) {
                        continue;
                    }
                    shown.push(construct);
                    if !before.contains(&format!("rust-you-need.md#{heading})")) {
                        missing.push(format!(
                            "docs/{chapter}.md shows `{construct}` before it links #{heading}"
                        ));
                    }
                }
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
