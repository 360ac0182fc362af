//! Asking the tree's questions, one after the other, at a terminal.

use std::io::{self, BufRead, Write};

use super::node::{Approach, Branch, Facts, Node, Question};

/// Asks what the facts do not say, until an end of the tree is reached. `None`: the input ended, or
/// said `q`.
pub fn ask(
    tree: Node,
    facts: &Facts,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> io::Result<Option<&'static Approach>> {
    let mut node = tree.walk(facts);
    loop {
        let question = match node {
            Node::Use(approach) => return Ok(Some(approach)),
            Node::Ask(question) => question,
        };
        writeln!(output, "{}", question.text)?;
        for (index, branch) in question.branches.iter().enumerate() {
            writeln!(output, "  {}  {}", index + 1, branch.answer)?;
        }
        let Some(chosen) = answer(question, input, output)? else {
            return Ok(None);
        };
        node = chosen.then.walk(facts);
    }
}

/// Asks until the answer is the number of a branch.
fn answer(
    question: &'static Question,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> io::Result<Option<&'static Branch>> {
    loop {
        write!(output, "1 to {}, or q: ", question.branches.len())?;
        output.flush()?;
        let mut line = String::new();
        let is_over = input.read_line(&mut line)? == 0;
        let line = line.trim();
        if is_over || line == "q" {
            writeln!(output)?;
            return Ok(None);
        }

        if let Some(branch) = meant(question, line) {
            writeln!(output)?;
            return Ok(Some(branch));
        }
        writeln!(
            output,
            "'{line}' is none of them: type the number of an answer"
        )?;
    }
}

/// Returns the branch whose number this is, or the only one whose answer begins like this.
fn meant(question: &'static Question, line: &str) -> Option<&'static Branch> {
    if let Ok(number) = line.parse::<usize>() {
        return question.branches.get(number.checked_sub(1)?);
    }

    let word = line.to_lowercase();
    let mut alike = question
        .branches
        .iter()
        .filter(|branch| !word.is_empty() && branch.answer.starts_with(&word));
    let first = alike.next();
    first.filter(|_| alike.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::super::questions::TREE;
    use super::*;

    fn asked(input: &str, facts: &Facts) -> (Option<&'static str>, String) {
        let mut output = Vec::new();
        let answer = ask(TREE, facts, &mut input.as_bytes(), &mut output).unwrap();
        (
            answer.map(|answer| answer.name),
            String::from_utf8(output).unwrap(),
        )
    }

    #[test]
    fn answers_lead_to_an_end() {
        assert_eq!(
            asked("1\n1\n2\n3\n", &Facts::default()).0,
            Some("a thread pool")
        );
        assert_eq!(
            asked("2\n", &Facts::default()).0.map(|name| &name[..7]),
            Some("a queue")
        );
    }

    #[test]
    fn what_is_no_answer_is_asked_again_and_the_end_of_input_ends_it() {
        let (answer, output) = asked("maybe\n0\n7\n1\n", &Facts::default());
        assert_eq!(answer, None);
        assert_eq!(output.matches("1 to 2, or q: ").count(), 4, "{output}");
        assert_eq!(
            output.matches("Is one machine enough?").count(),
            1,
            "{output}"
        );
        assert!(output.contains("'maybe' is none of them"), "{output}");
        assert_eq!(asked("q\n", &Facts::default()).0, None);
    }

    #[test]
    fn the_beginning_of_an_answer_is_enough() {
        let (answer, _) = asked("y\nit c\nn\nNO\n", &Facts::default());
        assert_eq!(
            answer,
            Some("threads, as many as cores: rayon, or scoped threads")
        );
        let (answer, output) = asked("y\nit\n", &Facts::default());
        assert_eq!(answer, None, "two answers begin with 'it'");
        assert!(output.contains("'it' is none of them"), "{output}");
    }

    #[test]
    fn what_is_known_is_not_asked() {
        let facts = Facts {
            machines: Some(1),
            isolated: Some(false),
            ..Facts::default()
        };
        let (answer, output) = asked("2\n1\n", &facts);
        assert_eq!(
            answer,
            Some("threads, as many as cores: rayon, or scoped threads")
        );
        assert!(
            !output.contains("machine") && !output.contains("crashes"),
            "{output}"
        );
    }
}
