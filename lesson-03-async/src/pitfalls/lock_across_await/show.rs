//! The broken and the fixed ones, one after the other.

use super::{Duration, Failure, Outcome, Run, broken, fixed, info, json};

/// What `cargo run -p lesson-03-async -- lock-across-await` runs.
///
/// # Errors
/// When one of those that are fixed is stuck.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let wait = run.pace.seconds(0.2);
    // Ten times what it needs.
    let limit = (wait * 20).max(Duration::from_millis(300));
    let stuck = match broken(limit / 4, wait) {
        Ok(balance) => {
            return Err(Failure::Failed(format!(
                "it was expected to hang, and made {balance}"
            )));
        }
        Err(stuck) => stuck,
    };
    info!("broken: {stuck}");
    let fixed = fixed(limit, wait)?;
    info!("fixed, twice 10 with a scope, with tokio's lock, with a channel: {fixed:?}");
    Ok(Outcome::new(json!({ "broken": "stuck", "fixed": fixed })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_cannot_wait_for_itself() {
        assert!(broken(Duration::from_millis(200), Duration::from_millis(1)).is_err());
    }

    #[test]
    fn without_a_guard_across_the_wait_both_are_booked() {
        assert_eq!(
            fixed(Duration::from_secs(30), Duration::from_millis(1)).unwrap(),
            [20, 20, 20]
        );
    }
}
