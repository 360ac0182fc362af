//! A question, as it stands in `docs/questions.md`.

/// A prediction that a page asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    /// The page's number and the demo's name: `01 mutex`.
    pub(crate) name: String,
    /// The situation, and what is asked.
    pub(crate) text: String,
    /// The answers to choose from, `(a)` first.
    pub(crate) options: Vec<Choice>,
    /// The reason of the right answer, as the page gives it: `**(b).** Because …`.
    pub(crate) answer: String,
    /// A line of the demo's output that proves it.
    pub(crate) shows: Option<String>,
}

/// One of a question's answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The answer itself.
    pub(crate) text: String,
    /// The belief behind it, where it is wrong.
    pub(crate) thinks: Option<String>,
}

impl Question {
    /// Reads all questions of the file, in order. What is no question is skipped.
    pub(crate) fn all(text: &str) -> Vec<Question> {
        let sections = format!("\n{text}");
        sections
            .split("\n## ")
            .skip(1)
            .filter_map(Question::read)
            .collect()
    }

    fn read(section: &str) -> Option<Question> {
        let (name, rest) = section.split_once('\n')?;
        let (asked, answered) = rest.split_once("\nAnswer: ")?;
        let (text, list) = asked.split_once("\n- (a) ")?;
        let mut options: Vec<Choice> = Vec::new();

        for line in format!("- (a) {list}").lines() {
            let letter = char::from(b'a' + u8::try_from(options.len()).ok()?);
            if let Some(choice) = line.strip_prefix(&format!("- ({letter}) ")) {
                let text = choice.to_owned();
                options.push(Choice { text, thinks: None });
            } else if let Some(thinks) = line.strip_prefix("  - thinks: ") {
                options.last_mut()?.thinks = Some(thinks.to_owned());
            } else if let Some(more) = line.strip_prefix("  ") {
                let choice = options.last_mut()?;
                let part = choice.thinks.as_mut().unwrap_or(&mut choice.text);
                part.push('\n');
                part.push_str(line.strip_prefix("    ").map_or(more, |_| line));
            }
        }

        let (answer, shows) = match answered.split_once("\nShows: ") {
            Some((answer, shows)) => (answer, Some(shows.trim().trim_matches('`').to_owned())),
            None => (answered, None),
        };

        Some(Question {
            name: name.trim().to_owned(),
            text: text.trim().to_owned(),
            options,
            answer: answer.trim().to_owned(),
            shows,
        })
    }

    /// Returns the number of the right answer, from 0: the letter of which the answer's first bold words speak.
    pub(crate) fn right(&self) -> Option<usize> {
        let (_, rest) = self.answer.split_once("**(")?;
        let letter = rest.bytes().next()?;
        let place = usize::from(letter.checked_sub(b'a')?);
        (place < self.options.len()).then_some(place)
    }

    /// Returns the number of the question's page.
    pub(crate) fn page(&self) -> &str {
        self.name.split(' ').next().unwrap_or_default()
    }

    /// Returns the name of the question's demo.
    pub(crate) fn demo(&self) -> &str {
        self.name.split(' ').nth(1).unwrap_or_default()
    }
}
