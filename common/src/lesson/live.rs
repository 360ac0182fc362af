//! `--timeline live`: the drawing of a run that goes on, below its log lines.

use std::panic;
use std::sync::Once;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::screen;
use drawing::timeline::{self, Glyphs};
use recording::measure::{Usage, used_by_thread};
use recording::trace::Reader;

/// The time between two drawings.
const PAUSE: Duration = Duration::from_millis(125);
/// The times that a drawing took which are left to the run before the next one: where there is much
/// to draw, it is drawn less often.
const REST: u32 = 20;

/// A thread that draws a run until it is told to stop.
pub(super) struct Live {
    stop: Sender<()>,
    thread: JoinHandle<Usage>,
}

impl Live {
    /// Starts to draw; `None` where standard output is no terminal.
    pub(super) fn start(reader: Reader) -> Option<Live> {
        if !screen::is_possible() {
            return None;
        }
        keep_clear_of_panics();
        screen::open();

        let (stop, stopped) = channel::<()>();
        let draw = move || {
            let mut reader = reader;
            let mut pause = PAUSE;
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                let start = Instant::now();
                if !draw(&mut reader) {
                    break;
                }
                pause = PAUSE.max(start.elapsed() * REST);
            }
            used_by_thread()
        };
        let thread = thread::Builder::new().name("live".into()).spawn(draw);
        let thread = thread.ok()?;

        Some(Live { stop, thread })
    }

    /// Stops, and returns the resources that drawing took. The last drawing is wiped out or kept.
    pub(super) fn finish(self, is_kept: bool) -> Usage {
        drop(self.stop);
        let used = self.thread.join().unwrap_or_default();
        // What cannot be written now is noticed when the result is.
        let _ = screen::close(is_kept);
        used
    }
}

/// Draws the run so far. Returns whether to go on.
fn draw(reader: &mut Reader) -> bool {
    let (columns, rows) = timeline::size();
    let Some(trace) = reader.so_far() else {
        let why = "too much happens to draw it now; the drawing comes at the end";
        let _ = screen::show(vec![why.chars().take(columns.saturating_sub(1)).collect()]);
        return false;
    };

    let columns = columns.min(timeline::width());
    let lines = timeline::frame(trace, columns, rows, Glyphs::wanted());
    let painted = lines.iter().map(|line| {
        let painted = timeline::paint(line);
        screen::coloured(&painted)
    });
    screen::show(painted.collect()).is_ok()
}

/// Has messages of panics appear above the drawing.
fn keep_clear_of_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| screen::aside(|| usual(info))));
    });
}
