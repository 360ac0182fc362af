//! A matrix as a table.

use common::Sheet;
use common::measure::seconds;

use super::matrix::{Mark, Matrix};

impl Matrix {
    /// As a table, and below it what was left out.
    pub fn sheet(&self) -> Sheet {
        let head = [
            "approach",
            "wall",
            "spread",
            "speed-up",
            "CPU",
            "memory",
            "of the ideal",
            "",
            "",
        ];
        let rows = self.rows.iter().map(|row| {
            let times =
                |times: Option<f64>| times.map_or(String::new(), |times| format!("{times:.2}"));
            let mark = match row.mark {
                Mark::Winner => "fastest",
                Mark::WithinNoise => "within noise",
                Mark::Slower => "",
            };
            let spread = 100.0 * (row.wall_high_s - row.wall_low_s) / row.wall_s;
            vec![
                row.approach.clone(),
                seconds(row.wall_s),
                format!("{spread:.0} %"),
                times(row.speedup),
                seconds(row.cpu_s),
                row.memory_bytes.map_or(String::new(), |bytes| {
                    format!("{:.1} MB", bytes as f64 / 1e6)
                }),
                times(row.of_ideal),
                mark.to_owned(),
                row.note.clone().unwrap_or_default(),
            ]
        });
        let ideal = self.ideal_s.map_or("not known".to_owned(), seconds);
        let runs = self.rows.first().map_or(0, |row| row.runs);
        let sheet = Sheet::new().table(&head, rows);
        let sheet = sheet.text(format!(
            "Medians; runs of each, in turn: {runs}. The ideal is {ideal}."
        ));
        self.left_out.iter().fold(sheet, |sheet, (what, why)| {
            sheet.text(format!("Left out: {what}: {why}."))
        })
    }
}
